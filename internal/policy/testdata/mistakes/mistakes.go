// Package mistakes does not compile: each line that ends in a number has the
// mistake of that number in docs/mistakes.md, which says what the compiler says.
package mistakes

import (
	"context"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

func work(ctx context.Context) error                     { return nil }
func answer(ctx context.Context) (int, error)            { return 42, nil }
func text(ctx context.Context) (string, error)           { return "x", nil }
func fetch(ctx context.Context, url string) (int, error) { return 0, nil }

func mistakes(ctx context.Context) {
	task, other := async.GoValue(ctx, answer), async.GoValue(ctx, text)
	var coro async.Coro[int] = answer
	var lock primitives.Lock

	async.Gather(ctx, work, work)                    // 1
	async.Gather(ctx, task, coro)                    // 2
	async.Shield(ctx, work)                          // 3
	async.WaitFor(ctx, answer, time.Second)          // 4
	async.WaitFor(ctx, time.Second, task)            // 5
	async.Wait(ctx, async.AllCompleted, task, other) // 6
	async.Go(ctx, answer)                            // 7
	async.GoValue(ctx, work)                         // 8
	async.Go(ctx, work(ctx))                         // 9
	async.GoValue(ctx, fetch("a"))                   // 10
	async.GoValue(ctx, async.Coro(answer))           // 11
	value := task.Await(ctx)                         // 12
	async.Run(work)                                  // 13
	async.Sleep(ctx, 1.5)                            // 14
	lock.With(ctx, func() error { return nil })      // 15
	async.AsCompleted(ctx, work)                     // 16
	_ = value
}

var unmade async.Future // 17
