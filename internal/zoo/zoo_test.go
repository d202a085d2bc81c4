package zoo

import (
	"context"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A specimen is a bug of the catalogue.
type specimen struct {
	name  string
	about string // where such a bug was seen
	run   func(z *zoo)
}

var catalogue []specimen

// bug puts a bug into the catalogue.
func bug(name, about string, run func(z *zoo)) bool {
	catalogue = append(catalogue, specimen{name, about, run})
	return true
}

// specimens returns the catalogue in the order of names.
func specimens() []specimen {
	return slices.SortedFunc(slices.Values(catalogue), func(a, b specimen) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
}

// A zoo is what a program of the catalogue runs in.
type zoo struct {
	testing.TB
	ctx   context.Context // of the test's own task
	fixed bool            // run the corrected twin
	io    func(ctx context.Context) error
	tasks []*async.Task[async.Void]
}

// Ways to stand for the network: each suspends, for no time or some.
var fakes = map[string]func(ctx context.Context) error{
	"yield": async.Yield,
	"future": func(ctx context.Context) error {
		f := async.NewFuture[async.Void](ctx)
		async.RunningLoop(ctx).CallSoon(func() { _ = f.SetResult(async.Void{}) })
		return f.Wait(ctx)
	},
	"sleep": func(ctx context.Context) error { return async.Sleep(ctx, time.Millisecond) },
}

// program returns a specimen as Explore takes it.
func (s specimen) program(fixed bool, io func(ctx context.Context) error) func(t testing.TB, ctx context.Context) {
	return func(t testing.TB, ctx context.Context) {
		s.run(&zoo{TB: t, ctx: ctx, fixed: fixed, io: io})
	}
}

// spawn starts a task.
func (z *zoo) spawn(f func(ctx context.Context) error) *async.Task[async.Void] {
	task := async.Go(z.ctx, f)
	z.tasks = append(z.tasks, task)
	return task
}

// join waits until all tasks that were spawned have ended, however they do.
func (z *zoo) join() {
	for _, task := range z.tasks {
		_ = task.Wait(z.ctx)
	}
}

// calls makes n calls over the network, one after the other.
func (z *zoo) calls(ctx context.Context, n int) error {
	for range n {
		if err := z.io(ctx); err != nil {
			return err
		}
	}
	return nil
}

// check fails the test with a message unless ok.
func (z *zoo) check(ok bool, format string, args ...any) {
	z.Helper()
	if !ok {
		z.Errorf(format, args...)
	}
}
