package unawaited

import (
	"context"

	"github.com/gobaton/async"
)

func say(text string) async.Func {
	return func(ctx context.Context) error { return async.Yield(ctx) }
}

func answer() async.Coro[int] {
	return func(ctx context.Context) (int, error) { return 42, nil }
}

func forgotten(ctx context.Context) error {
	say("hello")     // want `the coroutine is made and dropped: await it, or start it with Go`
	answer()         // want `the coroutine is made and dropped`
	_ = say("hello") // want `the coroutine is made and dropped`
	_, x := answer(), 1
	_ = x

	say("on purpose") //asyncvet:ignore to show that nothing happens

	if _, err := say("hello").Await(ctx); err != nil {
		return err
	}
	async.Go(ctx, say("hello"))
	async.GoValue(ctx, answer())
	_, err := async.Gather(ctx, answer(), answer())
	return err
}
