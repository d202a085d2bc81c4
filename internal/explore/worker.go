package explore

import (
	"iter"
	"sync"
	"sync/atomic"

	"github.com/gobaton/async/internal/sched"
)

// A worker runs executions of a search, one after the other.
type worker struct {
	*search
	coros sched.CoroPool
	pulse *pulse
}

// startWorkers makes as many workers as are wanted. In a bubble there is one:
// it waits until all other goroutines are blocked.
func (s *search) startWorkers(w *Watch) {
	if s.bubble {
		s.Workers = 1
	}
	for i := range s.Workers {
		s.workers = append(s.workers, &worker{search: s, pulse: w.pulse(i)})
	}
	s.batch = make([]execution, s.atOnce())
}

func (s *search) endWorkers() {
	for _, w := range s.workers {
		w.coros.End()
	}
}

// atOnce returns how many schedules are tried before one learns from them. With
// several workers it does not depend on their number, so that the schedules do
// not either.
func (s *search) atOnce() int {
	if s.Workers == 1 {
		return 1
	}
	return 16
}

// try tries plans, as many at a time as there are workers, and yields what came
// of them, in their order. It is good until the next call.
func (s *search) try(plans []plan) iter.Seq[*execution] {
	if len(plans) == 1 {
		s.workers[0].run(&s.batch[0], plans[0], nil)
	} else {
		s.share(plans)
	}
	return func(yield func(*execution) bool) {
		for i := range plans {
			x := &s.batch[i]
			if s.escapes = x.escapes; !yield(x) {
				return
			}
		}
	}
}

// share has the workers take one plan after the other.
func (s *search) share(plans []plan) {
	var taken atomic.Int64
	var all sync.WaitGroup
	for _, w := range s.workers {
		all.Go(func() {
			defer w.pulse.rest()
			for i := taken.Add(1) - 1; i < int64(len(plans)); i = taken.Add(1) - 1 {
				w.run(&s.batch[i], plans[i], nil)
			}
		})
	}
	all.Wait()
}

// run runs the body in x as a plan wants, and writes down what happens if there
// is a history.
func (w *worker) run(x *execution, p plan, h *history) {
	*x = execution{
		plan: p, limits: limits{patience: w.patience, most: w.MaxSteps}, history: h, coros: &w.coros,
		cancelMain: w.CancelBody, bubble: w.bubble, pulse: w.pulse, seed: w.Seed,
		from: x.from[:0], lanes: x.lanes[:0], took: x.took[:0], points: x.points[:0], delays: x.delays[:0],
	}
	x.run(w.t, w.values, w.body)
}
