package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestTaskGroup_taskgroup_08(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, fiveFailures)
		requireGroup(t, cancelAfter(t, ctx, 100*ms, r), errMine, errMine, errMine, errMine, errMine)
	})
}

func TestTaskGroup_taskgroup_11(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, _ *async.TaskGroup) error { return fiveFailures(ctx) })
		})
		requireGroup(t, onlyErrorOf(t, cancelAfter(t, ctx, 100*ms, r)), errMine, errMine, errMine, errMine, errMine)
	})
}

func TestTaskGroup_taskgroup_12(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(sleep(10 * time.Second))
				return fiveFailures(ctx)
			})
		})
		requireGroup(t, onlyErrorOf(t, cancelAfter(t, ctx, 100*ms, r)), errMine, errMine, errMine, errMine, errMine)
	})
}

func TestTaskGroup_taskgroup_13(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.Go(ctx, nested(100*ms, 10*time.Second)).Wait(ctx)
		requireGroup(t, err, errMine) // the inner group was only canceled
	})
}

func TestTaskGroup_taskgroup_14(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.Go(ctx, nested(10*time.Second, 100*ms)).Wait(ctx)
		requireGroup(t, onlyErrorOf(t, err), errOther)
	})
}

func TestTaskGroup_taskgroup_15(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, slowToStop)
		requireGroup(t, cancelAfter(t, ctx, 100*ms, r), errMine)
	})
}

func TestTaskGroup_taskgroup_16(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, func(ctx context.Context) error { return async.Go(ctx, slowToStop).Wait(ctx) })
		requireGroup(t, cancelAfter(t, ctx, 100*ms, r), errMine)
	})
}

func TestTaskGroup_taskgroup_18(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, func(ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, _ *async.TaskGroup) error {
				return failFinally(10*time.Second, errMine)(ctx)
			})
		})
		requireGroup(t, cancelAfter(t, ctx, 100*ms, r), errMine)
	})
}

func TestTaskGroup_taskgroup_19(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		r := async.Go(ctx, childAndBodyFail)
		requireGroup(t, r.Wait(ctx), errMine, errOther)
	})
}

func TestTaskGroup_taskgroup_20(t *testing.T) {
	for _, eager := range []bool{false, true} {
		events := toldBy(t, eager, func(t *testing.T, ctx context.Context) {
			require.PanicsWithValue(t, "interrupt", func() {
				_ = async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(failAfter(100*ms, errMine))
					defer panic("interrupt")
					return async.Sleep(ctx, 10*time.Second)
				})
			})
		})
		require.Equal(t, []error{errMine}, events) // which nobody else hears of
	}
}

func TestTaskGroup_taskgroup_20a(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		requireGroup(t, childAndBodyFail(ctx), errMine, errOther)
	})
}

func TestTaskGroup_taskgroup_21a(t *testing.T) {
	inBothModes(t, func(t *testing.T, ctx context.Context) {
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(failAfter(100*ms, errOther))
			return failFinally(10*time.Second, errMine)(ctx)
		})
		requireGroup(t, err, errOther, errMine)
	})
}

// fiveFailures is a group of five tasks that fail with errMine when they are
// interrupted.
func fiveFailures(ctx context.Context) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for range 5 {
			tg.Go(failFinally(10*time.Second, errMine))
		}
		return async.Sleep(ctx, 10*time.Second)
	})
}

// nested is a group with a task that fails with errMine after outer, around a
// group with one that fails with errOther after inner.
func nested(outer, inner time.Duration) async.Func {
	return func(ctx context.Context) error {
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(failAfter(outer, errMine))
			return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
				tg.Go(failAfter(inner, errOther))
				return nil
			})
		})
	}
}

// slowToStop is a group whose body takes a while to end once it is interrupted,
// long enough for its task to fail meanwhile.
func slowToStop(ctx context.Context) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		tg.Go(failAfter(300*ms, errMine))
		err := async.Sleep(ctx, 10*time.Second)
		_ = async.Sleep(async.Uncancel(ctx), 500*ms)
		return err
	})
}

// childAndBodyFail is a group whose task fails with errMine, and whose body
// fails with errOther when it is interrupted by that.
func childAndBodyFail(ctx context.Context) error {
	return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		tg.Go(failAfter(100*ms, errMine))
		return failFinally(10*time.Second, errOther)(ctx)
	})
}
