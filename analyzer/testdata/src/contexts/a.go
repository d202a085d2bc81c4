// Package contexts has awaits under the wrong context.
package contexts

import (
	"context"
	"time"

	"github.com/gobaton/async"
)

func background(ctx context.Context) error {
	if err := async.Yield(context.Background()); err != nil { // want `context.Background belongs to no task`
		return err
	}
	return async.Sleep(context.TODO(), time.Second) // want `context.TODO belongs to no task`
}

func worker(ctx context.Context) error { return async.Yield(ctx) }

func goroutines(ctx context.Context, done chan struct{}) error {
	go func() {
		_ = async.Yield(ctx) // want `a goroutine is no task`
		close(done)
	}()
	go worker(ctx) // want `a goroutine is no task`
	go func() {
		_ = async.Run(ctx, worker) // right: a loop of its own
	}()
	return worker(ctx)
}

func callback(ctx context.Context) error {
	async.RunningLoop(ctx).CallSoon(func() {
		async.Go(ctx, worker) // right: it does not suspend
		_ = async.Yield(ctx)  // want `a callback is no task and cannot await`
		note(ctx)             // right: it does not suspend
	})
	return worker(ctx)
}

func note(ctx context.Context) { async.RunningLoop(ctx).CallSoon(func() {}) }

func cleanup(ctx context.Context) error {
	defer worker(ctx)                 // want `a deferred await does not wait if the task was canceled`
	defer worker(async.Uncancel(ctx)) // right
	defer func() {
		_ = async.Sleep(ctx, time.Second) // want `a deferred await does not wait`
	}()
	return worker(ctx)
}
