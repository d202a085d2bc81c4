package primitives_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// -seed plays one random program of each kind again, with its trace.
var seedFlag = flag.Uint64("seed", 0, "the seed of a random program to play again")

// An act is something a task does to what is tested; v is a small number that
// it may use.
type act func(ctx context.Context, v int) (told string, err error)

// alike plays random programs on two sets of acts, and requires the same
// traces.
func alike(t *testing.T, ours, dumb func() []act) {
	t.Helper()
	seeds := uint64(1500)
	if testing.Short() {
		seeds = 150
	}
	first := uint64(1)
	if *seedFlag != 0 {
		first, seeds = *seedFlag, 1
	}
	for seed := first; seed < first+seeds; seed++ {
		p := randomProgram(seed, len(ours()))
		want, got := p.play(dumb()), p.play(ours())
		if *seedFlag != 0 {
			t.Log(tail(want, len(want)))
		}
		if !slices.Equal(want, got) {
			i := firstDifference(want, got)
			t.Fatalf("-seed %d: line %d\nwant %s\n got %s", seed, i, tail(want, i), tail(got, i))
		}
	}
}

func firstDifference(a, b journal) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// tail is the line i with those before it that may explain it.
func tail(j journal, i int) string {
	s := ""
	for _, line := range j[max(0, i-12):min(len(j), i+1)] {
		s += "\n\t" + line
	}
	return s
}

// A program is what each of some tasks does, step by step.
type program [][]step

// A step is an act, or one of the program's own: to pass the baton, to sleep,
// to cancel a task.
type step struct {
	kind    int // an act, if not negative
	v       int
	timeout int  // of the act, in ticks; 0: none
	foreign bool // under a context that the standard library cancels after v ticks
}

// The steps that are no acts.
const (
	yields = -1 - iota
	sleeps
	cancels
)

func randomProgram(seed uint64, acts int) program {
	r := rand.New(rand.NewPCG(seed, 0))
	p := make(program, 2+r.IntN(5))
	for i := range p {
		for range 1 + r.IntN(8) {
			p[i] = append(p[i], randomStep(r, acts, len(p)))
		}
	}
	return p
}

func randomStep(r *rand.Rand, acts, tasks int) step {
	switch r.IntN(16) {
	case 0, 1, 2:
		return step{kind: yields}
	case 3:
		return step{kind: sleeps, v: 1 + r.IntN(3)}
	case 4, 5, 6:
		return step{kind: cancels, v: r.IntN(tasks)}
	}
	s := step{kind: r.IntN(acts), v: r.IntN(4)}
	switch r.IntN(6) {
	case 0:
		s.timeout = 1 + r.IntN(3)
	case 1:
		s.foreign = true
	}
	return s
}

// play runs the program on a loop of its own and returns its trace.
func (p program) play(acts []act) journal {
	s := &playing{program: p, acts: acts}
	runner := async.Runner{Clock: asynctest.NewClock(), OnError: func(*async.ErrorEvent) {}}
	err := runner.Run(context.Background(), s.main)
	s.trace.add("deadlock: %v", errors.Is(err, async.ErrDeadlock))
	trace := slices.Clone(s.trace)
	_ = runner.Close()
	return trace
}

// playing is a program that runs.
type playing struct {
	program program
	acts    []act
	tasks   []*async.Task[async.Void]
	trace   journal
}

func (s *playing) main(ctx context.Context) error {
	for i := range s.program {
		s.tasks = append(s.tasks, async.Go(ctx, func(ctx context.Context) error { return s.task(ctx, i) }))
	}
	for _, t := range s.tasks {
		if err := ignore(t.Wait(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// task takes its steps. After a cancellation it goes on: sometimes with a
// context that is done.
func (s *playing) task(ctx context.Context, i int) error {
	for _, st := range s.program[i] {
		told, err := s.step(ctx, st)
		s.trace.add("%v task %d: %v: %s %s", async.RunningLoop(ctx).Time(), i, st, told, text(err))
		if ctx.Err() != nil && st.v != 0 {
			ctx = async.Uncancel(ctx)
		}
	}
	return nil
}

func (s *playing) step(ctx context.Context, st step) (told string, err error) {
	switch {
	case st.kind == yields:
		return "", async.Yield(ctx)
	case st.kind == sleeps:
		return "", async.Sleep(ctx, time.Duration(st.v)*tick)
	case st.kind == cancels:
		return fmt.Sprint(s.tasks[st.v].Cancel()), nil
	case st.foreign:
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		async.RunningLoop(ctx).CallLater(time.Duration(st.v)*tick, cancel)
		return s.acts[st.kind](ctx, st.v)
	case st.timeout > 0:
		err = async.Timeout(ctx, time.Duration(st.timeout)*tick, func(ctx context.Context) (err error) {
			told, err = s.acts[st.kind](ctx, st.v)
			return err
		})
		return told, err
	}
	return s.acts[st.kind](ctx, st.v)
}

// text is an error in a trace.
func text(err error) string {
	switch {
	case err == nil:
		return "ok"
	case async.IsCanceled(err):
		return "canceled"
	case errors.Is(err, async.ErrTimeout):
		return "timeout"
	}
	return err.Error()
}
