package outerctx

import (
	"context"
	"time"

	"github.com/gobaton/async"
)

func inTask(ctx context.Context) {
	async.Go(ctx, func(_ context.Context) error {
		return async.Yield(ctx) // want `the function has its own ctx and passes on the outer ctx: use its own`
	})
	async.Go(ctx, func(context.Context) error {
		return async.Yield(ctx) // want `passes on the outer ctx`
	})
	async.Go(ctx, func(ctx context.Context) error {
		return async.Yield(ctx)
	})
}

func inTimeout(ctx context.Context) error {
	return async.Timeout(ctx, time.Second, func(limited context.Context) error {
		if err := async.Sleep(limited, 1); err != nil {
			return context.Cause(ctx)
		}
		derived := context.WithoutCancel(limited)
		_ = async.Yield(derived)
		if ctx.Err() != nil {
			return nil
		}
		return async.Sleep(ctx, 1) // want `passes on the outer ctx`
	})
}

func inThread(ctx context.Context) error {
	return async.ToThread(ctx, func(context.Context) error {
		return async.Yield(ctx) // want `passes on the outer ctx`
	})
}

func inGroup(ctx context.Context) error {
	var tg async.TaskGroup
	return tg.Do(ctx, func(inner context.Context) error {
		tg.Go(func(own context.Context) error {
			return async.Yield(inner) // want `passes on the outer inner`
		})
		return async.Yield(inner)
	})
}

func said() async.Func {
	outer := context.Background()
	return func(ctx context.Context) error {
		return async.Yield(outer) // want `passes on the outer outer`
	}
}

func withoutItsOwn(ctx context.Context) {
	async.RunningLoop(ctx).CallSoon(func() { async.Go(ctx, async.Yield) })
}
