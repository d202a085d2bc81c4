package asynctest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// What follows runs the project's combinators in many orders, with
// cancellations everywhere. An owner task calls the combinator; whatever is
// canceled, none of its children may run on once it has returned, and nothing
// may hang.

// family is an owner and its children.
type family struct {
	t       testing.TB
	running int
	begun   int
	decides func(err error) bool // whether the end of a child, not canceled, with this error decides; nil: it does not
	decided time.Duration        // when; negative: not yet
}

// child is a coroutine of the family: it takes its time, and some to clean up.
func (f *family) child(steps int, v int, err error) async.Coro[int] {
	return func(ctx context.Context) (int, error) {
		f.running++
		f.begun++
		defer func() { f.running-- }()
		for range steps {
			if canceled := async.Yield(ctx); canceled != nil {
				_ = async.Yield(async.Uncancel(ctx))
				return 0, canceled
			}
		}
		if f.decides != nil && f.decides(err) {
			f.decide(ctx)
		}
		return v, err
	}
}

func (f *family) decide(ctx context.Context) {
	if f.decided < 0 {
		f.decided = async.RunningLoop(ctx).Time()
	}
}

func success(err error) bool { return err == nil }
func failure(err error) bool { return err != nil }

// sleeper is a child that nobody should wait for once all is decided.
func (f *family) sleeper(ctx context.Context) (int, error) {
	f.running++
	defer func() { f.running-- }()
	return async.SleepValue(ctx, time.Hour, 0)
}

func (f *family) sleep(ctx context.Context) error {
	_, err := f.sleeper(ctx)
	return err
}

func (f *family) fn(steps int, err error) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_, e := f.child(steps, 0, err)(ctx)
		return e
	}
}

var errChild = errors.New("a child's error")

// explore explores owner, which must end with one of the errors that are
// expected, or canceled.
func explore(t *testing.T, owner func(f *family, ctx context.Context) error, expected ...error) {
	t.Helper()
	schedules := 3000
	if testing.Short() {
		schedules = 300
	}
	for _, late := range []bool{false, true} {
		asynctest.Explorer{Cancel: true, Late: late, Schedules: schedules}.Explore(t, func(t testing.TB, ctx context.Context) {
			f := &family{t: t, decided: -1}
			err := async.Go(ctx, func(ctx context.Context) error {
				err := owner(f, ctx)
				require.Zero(t, f.running, "children run on")
				require.False(t, !late && f.decided >= 0 && async.RunningLoop(ctx).Time() > f.decided, "a sleeper was waited for")
				return err
			}).Wait(ctx)
			require.True(t, err == nil || async.IsCanceled(err) || isAny(err, expected), "%v", err)
			begun := f.begun
			require.NoError(t, asynctest.WaitIdle(ctx))
			require.Equal(t, begun, f.begun, "children begin after the end")
		})
	}
}

// othersEnd waits until all others are blocked, however often it is canceled.
func othersEnd(ctx context.Context) {
	for asynctest.WaitIdle(async.Uncancel(ctx)) != nil {
		continue
	}
}

func isAny(err error, expected []error) bool {
	for _, e := range expected {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func TestTaskGroupLeavesNothingBehindUnderExplore(t *testing.T) {
	for name, owner := range map[string]func(f *family, ctx context.Context) error{
		"all go well": func(f *family, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(f.fn(1, nil))
				tg.Go(f.fn(2, nil))
				return async.Yield(ctx)
			})
		},
		"one fails": func(f *family, ctx context.Context) error {
			f.decides = failure
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(f.fn(2, nil))
				tg.Go(f.fn(1, errChild))
				tg.Go(f.sleep)
				return f.sleep(ctx)
			})
		},
		"its body fails": func(f *family, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(f.sleep)
				_ = async.Yield(ctx)
				f.decide(ctx)
				return errChild
			})
		},
		"its owner is canceled": func(f *family, ctx context.Context) error {
			self := async.CurrentTask(ctx)
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(f.sleep)
				async.RunningLoop(ctx).CallLater(time.Second, func() {
					if self.Cancel() {
						f.decide(ctx)
					}
				})
				return nil
			})
		},
		"at its limit": func(f *family, ctx context.Context) error {
			tg := async.TaskGroup{Limit: 1}
			return tg.Do(ctx, func(ctx context.Context) error {
				for range 3 {
					tg.Go(f.fn(1, nil))
				}
				return nil
			})
		},
		"a child starts another": func(f *family, ctx context.Context) error {
			tg := async.TaskGroup{Limit: 2}
			return tg.Do(ctx, func(ctx context.Context) error {
				tg.Go(func(ctx context.Context) error {
					tg.Go(f.fn(1, nil))
					return async.Yield(ctx)
				})
				return nil
			})
		},
		"supervised": func(f *family, ctx context.Context) error {
			tg := async.TaskGroup{Supervise: true}
			return tg.Do(ctx, func(ctx context.Context) error {
				tg.Go(f.fn(1, errChild))
				tg.Go(f.fn(2, nil))
				return nil
			})
		},
		"it cancels itself": func(f *family, ctx context.Context) error {
			var tg async.TaskGroup
			return tg.Do(ctx, func(ctx context.Context) error {
				tg.Go(f.fn(3, nil))
				tg.Go(func(ctx context.Context) error {
					tg.Cancel()
					return async.Yield(ctx)
				})
				return f.fn(2, nil)(ctx)
			})
		},
		"a child reports itself ready": func(f *family, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				reported := false
				err := tg.Start(ctx, func(ctx context.Context, ready func()) error {
					if err := f.fn(1, nil)(ctx); err != nil {
						return err
					}
					reported = true
					ready()
					return f.fn(2, nil)(ctx)
				})
				require.True(f.t, err != nil || reported)
				return err
			})
		},
		"eager children": func(f *family, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Go(func(ctx context.Context) error {
					child := async.GoEager(ctx, f.fn(1, nil))
					err := child.Wait(ctx)
					child.Cancel()
					_ = child.Wait(async.Uncancel(ctx))
					return err
				})
				return nil
			})
		},
		"one in another": func(f *family, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, outer *async.TaskGroup) error {
				outer.Go(func(ctx context.Context) error {
					return async.WithTaskGroup(ctx, func(ctx context.Context, inner *async.TaskGroup) error {
						inner.Go(f.fn(2, nil))
						inner.Go(f.fn(1, errChild))
						return async.Yield(ctx)
					})
				})
				outer.Go(f.fn(3, nil))
				return nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) { explore(t, owner, errChild) })
	}
}

func TestCombinatorsLeaveNothingBehindUnderExplore(t *testing.T) {
	for name, owner := range map[string]func(f *family, ctx context.Context) error{
		"Gather": func(f *family, ctx context.Context) error {
			all, err := async.Gather(ctx, f.child(1, 1, nil), f.child(3, 2, nil), f.child(2, 3, nil))
			if err == nil {
				require.Equal(f.t, []int{1, 2, 3}, all)
			} else {
				othersEnd(ctx) // where a child is canceled, gather leaves the others alone
			}
			return err
		},
		"GatherSettled": func(f *family, ctx context.Context) error {
			all, err := async.GatherSettled(ctx, f.child(1, 1, nil), f.child(2, 2, errChild))
			if err != nil {
				othersEnd(ctx)
				return err
			}
			require.True(f.t, async.IsCanceled(all[1].Err) || errors.Is(all[1].Err, errChild))
			return nil
		},
		"Race": func(f *family, ctx context.Context) error {
			f.decides = func(error) bool { return true }
			_, err := async.Race(ctx, async.Coro[int](f.sleeper), f.child(2, 2, nil), f.child(3, 3, errChild))
			return err
		},
		"Any": func(f *family, ctx context.Context) error {
			f.decides = success
			_, err := async.Any(ctx, f.child(1, 1, errChild), f.child(2, 2, nil), f.child(2, 2, nil), f.sleeper)
			return err
		},
		"Map": func(f *family, ctx context.Context) error {
			_, err := async.Map(ctx, 2, []int{3, 1, 2}, func(ctx context.Context, n int) (int, error) { return f.child(n, n, nil)(ctx) })
			return err
		},
		"Map, one fails": func(f *family, ctx context.Context) error {
			f.decides = failure
			_, err := async.Map(ctx, 2, []int{3, 1, 2}, func(ctx context.Context, n int) (int, error) {
				if n == 1 {
					return f.child(n, n, errChild)(ctx)
				}
				return f.sleeper(ctx)
			})
			return err
		},
		"Wait": func(f *family, ctx context.Context) error {
			tasks := []*async.Task[int]{async.GoValue(ctx, f.child(1, 1, nil)), async.GoValue(ctx, f.child(3, 2, nil))}
			done, pending, err := async.Wait(ctx, async.FirstCompleted, tasks...)
			for _, task := range tasks {
				task.Cancel()
				_ = task.Wait(async.Uncancel(ctx))
			}
			require.True(f.t, err != nil || len(done) > 0 && len(done)+len(pending) == 2)
			return err
		},
		"AsCompleted": func(f *family, ctx context.Context) (err error) {
			tasks := []*async.Task[int]{async.GoValue(ctx, f.child(2, 1, nil)), async.GoValue(ctx, f.child(1, 2, errChild))}
			for task, e := range async.AsCompleted(ctx, tasks...) {
				if e != nil {
					err = e
					break
				}
				require.True(f.t, task.Done())
			}
			for _, task := range tasks {
				task.Cancel()
				_ = task.Wait(async.Uncancel(ctx))
			}
			return err
		},
		"Gather of Gathers": func(f *family, ctx context.Context) error {
			pair := func(ctx context.Context) (int, error) {
				both, err := async.Gather(ctx, f.child(1, 1, nil), f.child(2, 2, nil))
				if err != nil {
					othersEnd(ctx)
					return 0, err
				}
				return both[0] + both[1], nil
			}
			sums, err := async.Gather(ctx, async.Coro[int](pair), pair)
			if err != nil {
				othersEnd(ctx)
				return err
			}
			require.Equal(f.t, []int{3, 3}, sums)
			return nil
		},
		"Race of timeouts": func(f *family, ctx context.Context) error {
			limited := func(d time.Duration, steps int) async.Coro[int] {
				return func(ctx context.Context) (int, error) { return async.WaitFor(ctx, f.child(steps, 1, nil), d) }
			}
			_, err := async.Race(ctx, limited(time.Second, 2), limited(time.Minute, 3))
			return err
		},
		"a lock in a timeout": func(f *family, ctx context.Context) error {
			var lock primitives.Lock
			use := func(ctx context.Context) error {
				return async.Timeout(ctx, time.Second, func(ctx context.Context) error {
					return lock.With(ctx, f.fn(1, nil))
				})
			}
			err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				tg.Supervise = true
				for range 3 {
					tg.Go(use)
				}
				return nil
			})
			require.False(f.t, lock.Locked())
			return err
		},
		"Shield": func(f *family, ctx context.Context) error {
			inner := async.GoValue(ctx, f.child(2, 1, nil))
			v, err := async.Shield(ctx, inner)
			require.True(f.t, err != nil || v == 1)
			_ = inner.Wait(async.Uncancel(ctx))
			return err
		},
		"WaitFor, in time": func(f *family, ctx context.Context) error {
			_, err := async.WaitFor(ctx, f.child(3, 1, nil), time.Second)
			return err
		},
		"WaitFor, too late": func(f *family, ctx context.Context) error {
			_, err := async.WaitFor(ctx, async.Func(func(ctx context.Context) error {
				_ = f.fn(1, nil)(ctx)
				return async.Sleep(ctx, time.Second)
			}), time.Millisecond)
			return err
		},
		"Timeout": func(f *family, ctx context.Context) error {
			return async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
				return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
					tg.Go(func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
					tg.Go(f.fn(2, nil))
					return nil
				})
			})
		},
		"Timeout in Timeout, both at once": func(f *family, ctx context.Context) error {
			return async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
				err := async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) })
				_ = async.Yield(ctx)
				return err
			})
		},
		"WithTimeout": func(f *family, ctx context.Context) error {
			ctx, cancel := async.WithTimeout(ctx, time.Millisecond)
			defer cancel()
			return async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }).Wait(ctx)
		},
	} {
		t.Run(name, func(t *testing.T) { explore(t, owner, errChild, async.ErrTimeout) })
	}
}
