package asynctest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// Programs that run for as long as another task lets them: in an order that
// never lets that task run, each would be endless.
var waitingLoops = map[string]func(ctx context.Context, done *bool){
	"a heartbeat": func(ctx context.Context, done *bool) {
		beat := async.Go(ctx, func(ctx context.Context) error {
			for {
				if err := async.Sleep(ctx, time.Second); err != nil {
					return err
				}
			}
		})
		_ = async.Sleep(ctx, 10*time.Second)
		beat.Cancel()
		_ = beat.Wait(ctx)
	},
	"a loop that polls and sleeps": func(ctx context.Context, done *bool) {
		for !*done {
			_ = async.Sleep(ctx, time.Millisecond)
		}
	},
	"a loop that polls and yields": func(ctx context.Context, done *bool) {
		for !*done {
			_ = async.Yield(ctx)
		}
	},
	"a loop that polls on a thread": func(ctx context.Context, done *bool) {
		for !*done {
			_ = async.ToThread(ctx, func(context.Context) error { return nil })
		}
	},
	"two tasks that play ping-pong": func(ctx context.Context, done *bool) {
		ping, pong := primitives.NewQueue[int](0), primitives.NewQueue[int](0)
		player := func(in, out *primitives.Queue[int]) *async.Task[async.Void] {
			return async.Go(ctx, func(ctx context.Context) error {
				for !*done {
					v, err := in.Get(ctx)
					if err != nil {
						return nil
					}
					_ = out.PutNowait(v)
				}
				out.Shutdown(true)
				return nil
			})
		}
		a, b := player(ping, pong), player(pong, ping)
		_ = ping.PutNowait(1)
		wait(ctx, a, b)
	},
}

func TestExploreLetsEveryTaskRunInTheEnd(t *testing.T) {
	for name, loop := range waitingLoops {
		for _, strategy := range strategies {
			t.Run(name, func(t *testing.T) {
				asynctest.Explorer{Strategy: strategy, Late: strategy != asynctest.Mixed, Schedules: 300}.Explore(t, func(t testing.TB, ctx context.Context) {
					done := false
					worker := async.Go(ctx, func(ctx context.Context) error {
						defer func() { done = true }()
						yields(ctx, 3)
						return nil
					})
					loop(ctx, &done)
					wait(ctx, worker)
				})
			})
		}
	}
}

func TestExploreFindsAProgramThatMakesNoProgress(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.Explorer{Schedules: 500}.Explore(t, func(t testing.TB, ctx context.Context) {
			taken, polite := 0, 0
			for range 2 { // each lets the other go first, if the other has come
				async.Go(ctx, func(ctx context.Context) error {
					taken++
					_ = async.Yield(ctx)
					for taken == 2 && polite < 1_000_000 {
						polite++
						if err := async.Yield(ctx); err != nil {
							return err
						}
					}
					taken--
					return nil
				})
				yields(ctx, 3)
			}
			for taken > 0 {
				_ = async.Yield(ctx)
			}
		})
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "not over after 10000 steps without the end of a task")
}
