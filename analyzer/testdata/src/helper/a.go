// Package helper has a coroutine that another package uses.
package helper

import (
	"context"

	"github.com/gobaton/async"
)

func Pause(ctx context.Context) error {
	return async.Yield(ctx)
}

func Plain(ctx context.Context) error { return ctx.Err() }

// Main is no coroutine: it runs the loop.
func Main(ctx context.Context) error {
	return async.Run(ctx, Pause)
}
