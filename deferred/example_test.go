package deferred_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/deferred"
)

// Then changes the type of the result, and Chain goes on with another Deferred.
func ExampleChain() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		after := func(n int) *deferred.Deferred[int] {
			d := deferred.New[int](ctx)
			loop.CallLater(time.Duration(n)*time.Second, func() { _ = d.Callback(n * n) })
			return d
		}
		number := deferred.Then(deferred.Succeed(ctx, "12"), strconv.Atoi)
		square := deferred.Chain(number, after, nil)
		n, err := square.Await(ctx)
		fmt.Println(n, err, loop.Time())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 144 <nil> 12s
}

// A list fires when all of its members have, and tells each one's result.
func ExampleList() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		good := deferred.Succeed(ctx, 1)
		bad := deferred.Fail[int](ctx, errors.New("disk full"))
		results, err := deferred.List(ctx, deferred.ListOptions{ConsumeErrors: true}, good, bad).Await(ctx)
		for _, r := range results {
			fmt.Println(r.Value, r.Err)
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 <nil>
	// 0 disk full
}

// A timeout cancels the work behind a Deferred, which its canceller stops.
func ExampleDeferred_AddTimeout() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		d := deferred.New[string](ctx).OnCancel(func(*deferred.Deferred[string]) { fmt.Println("hang up") })
		return d.AddTimeout(time.Minute).Wait(ctx)
	})
	fmt.Println(err)
	// Output:
	// hang up
	// async: timed out
}

// What is done in Twisted with inlineCallbacks is done by a task, which awaits
// one Deferred after another; From makes a Deferred of a task.
func ExampleFrom() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		d := deferred.New[int](ctx)
		async.RunningLoop(ctx).CallLater(time.Second, func() { _ = d.Callback(20) })
		sum := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			v, err := d.Await(ctx)
			return v + 1, err
		})
		return deferred.From[int](ctx, sum).AddCallback(func(v int) error {
			fmt.Println(v)
			return nil
		}).Wait(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 21
}
