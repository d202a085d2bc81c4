package explore

import (
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A Watch ends the process when a step of a search does not come back, for
// nothing else could: it shows where the step is, and how to get there again.
// It lives outside of a bubble of testing/synctest, whose time stands still
// then.
type Watch struct {
	pulses []pulse
	limit  time.Duration
	stop   chan struct{}
	done   chan struct{}
}

// A pulse is what a watch looks at of a worker.
type pulse struct {
	beats   atomic.Uint64 // changes as long as all is well
	current atomic.Pointer[execution]
}

// StartWatch begins to watch as many workers. Stop has to be called.
func StartWatch(t testing.TB, limit time.Duration, workers int) *Watch {
	w := &Watch{pulses: make([]pulse, max(workers, 1)), limit: limit, stop: make(chan struct{}), done: make(chan struct{})}
	go w.run(t.Name())
	return w
}

// Stop ends the watch.
func (w *Watch) Stop() {
	if w != nil {
		close(w.stop)
		<-w.done
	}
}

// pulse returns the pulse of a worker, nil if nothing is watched.
func (w *Watch) pulse(worker int) *pulse {
	if w == nil {
		return nil
	}
	return &w.pulses[worker]
}

// beatEvery is after how many steps the watch sees that all is well, beside the
// beginning of each execution.
const beatEvery = 1000

// beat says that a step of x has come back.
func (p *pulse) beat(x *execution) {
	if p != nil {
		p.current.Store(x)
		p.beats.Add(1)
	}
}

// rest says that the worker has nothing to run.
func (p *pulse) rest() {
	if p != nil {
		p.current.Store(nil)
	}
}

func (w *Watch) run(name string) {
	defer close(w.done)
	last := make([]uint64, len(w.pulses))
	for timer := time.NewTimer(w.limit); ; timer.Reset(w.limit) {
		select {
		case <-w.stop:
			timer.Stop()
			return
		case <-timer.C:
		}
		for i := range w.pulses {
			p := &w.pulses[i]
			beats := p.beats.Load()
			if x := p.current.Load(); beats == last[i] && x != nil {
				panic(w.report(name, x))
			}
			last[i] = beats
		}
	}
}

// report says which step does not come back.
func (w *Watch) report(name string, x *execution) string {
	return fmt.Sprintf("asynctest: %s: a step has held the loop for %v and does not come back, so that the process has to end: "+
		"does a loop go round without an await, or a call block?\nIt is step %d of the schedule %s, with seed %d.\n\n%s",
		name, w.limit, x.steps, x.took, x.seed, holders())
}

// holders returns the stacks of the goroutines that run a search or its tasks
// and are not blocked in a coroutine switch.
func holders() string {
	all := make([]byte, 1<<20)
	all = all[:runtime.Stack(all, true)]
	var found []string
	for stack := range strings.SplitSeq(string(all), "\n\n") {
		head, _, _ := strings.Cut(stack, "\n")
		if strings.Contains(stack, "internal/sched.(*coro).run") && !strings.Contains(head, "[coroutine") {
			found = append(found, stack)
		}
	}
	if len(found) == 0 {
		return string(all)
	}
	return strings.Join(found, "\n\n")
}
