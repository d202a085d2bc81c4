package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestGoEagerRunsAtOnceUpToTheFirstSuspension(t *testing.T) {
	var r record
	steps := func(name string, n int) async.Func {
		return func(ctx context.Context) error {
			for i := 1; i < n; i++ {
				r.Add("%s%d", name, i)
				_ = async.Yield(ctx)
			}
			r.Add("%s%d", name, n)
			return nil
		}
	}
	virtually(t, func(ctx context.Context) {
		r.Add("p0")
		async.GoEager(ctx, steps("a", 2))
		r.Add("p1")
		async.GoEager(ctx, steps("b", 2))
		r.Add("p2")
		_ = async.Yield(ctx)
		r.Add("p3")
	})
	require.Equal(t, record{"p0", "a1", "p1", "b1", "p2", "a2", "b2", "p3"}, r)
}

func TestGoEagerNests(t *testing.T) {
	var r record
	var nest func(depth int) async.Func
	nest = func(depth int) async.Func {
		return func(ctx context.Context) error {
			r.Add("down %d %s", depth, async.CurrentTask(ctx).Name())
			if depth < 3 {
				child := async.GoEager(ctx, nest(depth+1))
				_ = child.Wait(ctx)
			}
			_ = async.Yield(ctx)
			r.Add("up %d", depth)
			return nil
		}
	}
	virtually(t, func(ctx context.Context) {
		task := async.GoEager(ctx, nest(0))
		r.Add("main")
		_ = task.Wait(ctx)
	})
	require.Equal(t, record{
		"down 0 Task-2", "down 1 Task-3", "down 2 Task-4", "down 3 Task-5", "main",
		"up 3", "up 2", "up 1", "up 0",
	}, r)
}

func TestGoEagerCostsNoTurnWithoutASuspension(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		turns := countTurns(ctx)
		require.Zero(t, turns.During(func() {
			task := async.GoEagerValue(ctx, func(context.Context) (int, error) { return 4, nil })
			require.True(t, task.Done())
			v, err := task.Await(ctx)
			require.NoError(t, err)
			require.Equal(t, 4, v)
			failed := async.GoEager(ctx, func(context.Context) error { return errBoom })
			require.Same(t, errBoom, failed.Wait(ctx))
		}))
		turns.Stop()
	})
}

func TestGoEagerDoesNotPanicInTheParent(t *testing.T) {
	_, err := listening(func(ctx context.Context) error {
		task := async.GoEager(ctx, bang)
		require.True(t, task.Done())
		require.NotNil(t, panicOf(func() { _ = task.Wait(ctx) }))
		return async.Yield(ctx)
	})
	require.NoError(t, err)
}

func TestGoEagerMayCancelTheParent(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		parent := async.Go(ctx, func(ctx context.Context) error {
			self := async.CurrentTask(ctx)
			async.GoEager(ctx, func(context.Context) error { self.CancelCause(errBoom); return nil })
			require.ErrorIs(t, ctx.Err(), context.Canceled)
			err := async.Sleep(ctx, time.Hour)
			require.ErrorIs(t, err, errBoom)
			return err
		})
		require.ErrorIs(t, parent.Wait(ctx), errBoom)
		require.Zero(t, now(ctx))
	})
}

func TestGoEagerMayBeCanceledInTheFirstStep(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		task := async.GoEager(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			return forever(ctx)
		})
		require.False(t, task.Done())
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
}

func TestGoEagerMayEndTheTaskThatTheParentAwaits(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		f := async.NewFuture[int](ctx)
		async.Go(ctx, func(ctx context.Context) error { _ = f.Wait(ctx); r.Add("awaiter"); return nil })
		_ = async.Yield(ctx)
		async.GoEager(ctx, func(ctx context.Context) error {
			_ = f.SetResult(1)
			r.Add("eager")
			_ = async.Yield(ctx)
			r.Add("eager again")
			return nil
		})
		r.Add("main")
		_ = async.Yield(ctx)
		r.Add("main again")
	})
	require.Equal(t, record{"eager", "main", "awaiter", "eager again", "main again"}, r)
}

func TestGoEagerStartsFromCallbacksToo(t *testing.T) {
	var r record
	virtually(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		l.CallSoon(func() {
			r.Add("callback")
			async.GoEager(l.Context(), func(ctx context.Context) error {
				r.Add("task")
				_ = async.Yield(ctx)
				r.Add("task again")
				return nil
			})
			r.Add("callback goes on")
		})
		_ = async.Sleep(ctx, time.Second)
	})
	require.Equal(t, record{"callback", "task", "callback goes on", "task again"}, r)
}

func TestGoLazyNeverRunsAtOnceInAnEagerLoop(t *testing.T) {
	virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		var r record
		async.Go(ctx, func(context.Context) error { r.Add("eager"); return nil })
		lazy := async.GoLazy(ctx, func(context.Context) error { r.Add("lazy"); return nil })
		value := async.GoLazyValue(ctx, func(context.Context) (int, error) { r.Add("value"); return 7, nil })
		r.Add("started")
		require.NoError(t, lazy.Wait(ctx))
		v, err := value.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 7, v)
		require.Equal(t, record{"eager", "started", "lazy", "value"}, r)
	})
}

func TestGoLazyCanceledBeforeItsTurnNeverRuns(t *testing.T) {
	virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		lazy := async.GoLazy(ctx, never(t))
		lazy.Cancel()
		require.True(t, async.IsCanceled(lazy.Wait(ctx)))
	})
}

func TestWaitForWithoutTimeNeverBeginsACoroutineInAnEagerLoop(t *testing.T) {
	virtuallyWith(t, async.Runner{Eager: true}, func(ctx context.Context) {
		for _, d := range []time.Duration{0, -ms} {
			_, err := async.WaitFor(ctx, async.Func(never(t)), d)
			require.Equal(t, async.ErrTimeout, err)
			_, err = async.WaitFor(ctx, neverValue(t), d)
			require.Equal(t, async.ErrTimeout, err)
			_, err = async.WaitFor(ctx, awaitableFunc(neverValue(t)), d)
			require.Equal(t, async.ErrTimeout, err)
		}
	})
}

// awaitableFunc is an Awaitable of a user's own type.
type awaitableFunc func(ctx context.Context) (int, error)

func (f awaitableFunc) Await(ctx context.Context) (int, error) { return f(ctx) }

func TestNamedGivesATaskItsNameFromTheBeginning(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var names record
		note := func(ctx context.Context) error {
			names.Add("%s", async.CurrentTask(ctx).Name())
			require.NoError(t, async.Go(ctx, func(ctx context.Context) error {
				names.Add("%s", async.CurrentTask(ctx).Name())
				return nil
			}).Wait(ctx))
			return nil
		}
		named := async.Named(ctx, "worker")
		async.GoEager(named, note)
		require.Equal(t, record{"worker"}, names, "also of an eager task")
		task := async.Go(named, note)
		require.Equal(t, "worker", task.Name())
		require.NoError(t, task.Wait(ctx))
		other := async.Go(context.WithValue(named, ctxKey("k"), 1), async.Yield)
		require.Equal(t, "Task-4", other.Name(), "derived contexts do not have the name")
		require.NoError(t, other.Wait(named), "it is ctx in all else")
		require.Equal(t, record{"worker", "Task-2", "worker", "Task-3"}, names, "nor do the tasks that it starts")
	})
}

func TestNamedTakesNoNumber(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		require.Equal(t, "Task-1", async.CurrentTask(ctx).Name())
		require.Equal(t, "worker", async.Go(async.Named(ctx, "worker"), async.Yield).Name())
		require.Equal(t, "Task-2", async.Go(async.Named(ctx, ""), async.Yield).Name())
		renamed := async.Go(ctx, async.Yield)
		renamed.SetName("other")
		require.Equal(t, "Task-4", async.Go(ctx, async.Yield).Name())
	})
}
