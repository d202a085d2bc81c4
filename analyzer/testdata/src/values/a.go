// Package values has values that an await changes on the way.
package values

import (
	"context"
	"time"

	"github.com/gobaton/async"
)

var total int

type counter struct{ n int }

func size(ctx context.Context) (int, error) { return 1, async.Yield(ctx) }

func one(ctx context.Context) int { _ = async.Yield(ctx); return 1 }

func (c *counter) add(ctx context.Context) error {
	c.n += one(ctx)   // want `c.n may be read before the await`
	total += one(ctx) // want `total may be read before the await`
	local := 0
	local += one(ctx) // right: nobody else has it
	n := one(ctx)
	c.n += n // right
	return nil
}

func (c *counter) hits(ctx context.Context) (int, error) {
	return c.n, async.Yield(ctx) // want `c.n may be read before or after the await`
}

func (c *counter) later(ctx context.Context) (int, error) {
	err := async.Yield(ctx)
	return c.n, err // right
}

func captured(ctx context.Context) {
	hits := 0
	async.Go(ctx, func(ctx context.Context) error {
		hits += one(ctx) // want `hits may be read before the await`
		return nil
	})
}

func fixed(ctx context.Context) {
	for i := 0; i < 3; i++ {
		async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return i, async.Yield(ctx) // right: nothing sets it
		})
	}
}

func endless(ctx context.Context) error {
	for {
		_ = async.Sleep(ctx, time.Second) // want `the error of an await is dropped in a loop`
	}
}

func ends(ctx context.Context) error {
	for i := 0; i < 3; i++ {
		_ = async.Yield(ctx) // right: the loop ends
	}
	for {
		_ = async.Yield(ctx) // right: something ends it
		if total > 3 {
			return nil
		}
	}
}

func short(ctx context.Context) error {
	if err := async.Sleep(ctx, 1); err != nil { // want `1 is so many nanoseconds`
		return err
	}
	_ = async.Timeout(ctx, 5, worker)    // want `5 is so many nanoseconds`
	_ = async.Sleep(ctx, 0)              // right
	return async.Sleep(ctx, time.Second) // right
}

func worker(ctx context.Context) error { return async.Yield(ctx) }
