package zoo

import (
	"context"
	"errors"

	"github.com/gobaton/async"
)

// The call that several wait for has failed, and its entry is taken out one
// await later: a task that comes in between gets the old error.
var _ = bug("failed flight is joined again", "promise caches that keep rejections", func(z *zoo) {
	var flight *async.Future[int]
	down, joined := true, false
	get := func(ctx context.Context) error {
		if flight != nil {
			joined = flight.Done() && flight.Err() != nil
			return nil
		}
		f := async.NewFuture[int](ctx)
		flight = f
		err := z.io(ctx)
		if down {
			err = errors.New("unavailable")
		}
		if z.fixed {
			flight = nil
		}
		if err == nil {
			return f.SetResult(1)
		}
		_ = f.SetError(err)
		_ = f.Err()
		err = z.io(async.Uncancel(ctx)) // logs the failure
		flight = nil
		return err
	}
	z.spawn(get)
	z.spawn(func(ctx context.Context) error {
		if err := z.calls(ctx, 5); err != nil {
			return err
		}
		down = false
		return get(ctx)
	})
	z.join()
	z.check(!joined, "a failed call was joined")
})
