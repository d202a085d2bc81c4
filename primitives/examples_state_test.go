package primitives_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// inVirtualTime runs main and tells its error.
func inVirtualTime(main func(ctx context.Context) error) {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	if err := runner.Run(context.Background(), main); err != nil {
		fmt.Println(err)
	}
}

// Acquire and Release, where With does not fit; and TryAcquire, which never
// waits.
func ExampleLock_TryAcquire() {
	inVirtualTime(func(ctx context.Context) error {
		var lock primitives.Lock
		if err := lock.Acquire(ctx); err != nil {
			return err
		}
		fmt.Println("again:", lock.TryAcquire(), "locked:", lock.Locked())
		second := async.Go(ctx, lock.Acquire)
		_ = async.Yield(ctx)
		fmt.Println("waiting:", lock.Waiting())
		lock.Release() // which hands the lock over
		defer lock.Release()
		return second.Wait(ctx)
	})
	// Output:
	// again: false locked: true
	// waiting: 1
}

// An event opens a gate, until it is cleared.
func ExampleEvent_Clear() {
	inVirtualTime(func(ctx context.Context) error {
		var open primitives.Event
		visitor := async.Go(ctx, open.Wait)
		_ = async.Yield(ctx)
		fmt.Println("waiting:", open.Waiting())
		open.Set()
		err := visitor.Wait(ctx)
		open.Clear()
		fmt.Println("open:", open.IsSet())
		return err
	})
	// Output:
	// waiting: 1
	// open: false
}

// Two conditions of one lock: who puts in wakes one that takes out.
func ExampleCondition_Notify() {
	inVirtualTime(func(ctx context.Context) error {
		var lock primitives.Lock
		items, filled := 0, primitives.Condition{L: &lock}
		take := func(ctx context.Context) error {
			if err := filled.Acquire(ctx); err != nil {
				return err
			}
			defer filled.Release()
			err := filled.WaitFor(ctx, func() bool { return items > 0 })
			items--
			return err
		}
		first, second := async.Go(ctx, take), async.Go(ctx, take)
		_ = async.Yield(ctx)
		fmt.Println("waiting:", filled.Waiting(), "locked:", filled.Locked())
		for range 2 {
			if filled.TryAcquire() {
				items++
				filled.Notify(1)
				filled.Release()
			}
		}
		_, err := async.Gather(ctx, first, second)
		fmt.Println("left:", items)
		return err
	})
	// Output:
	// waiting: 2 locked: false
	// left: 0
}

// A semaphore by hand, and one that panics where it is released too often.
func ExampleNewBoundedSemaphore() {
	inVirtualTime(func(ctx context.Context) error {
		seats := primitives.NewBoundedSemaphore(1)
		if err := seats.Acquire(ctx); err != nil {
			return err
		}
		late := async.Go(ctx, seats.Acquire)
		_ = async.Yield(ctx)
		fmt.Println("free:", seats.TryAcquire(), "locked:", seats.Locked(), "waiting:", seats.Waiting())
		seats.Release()
		defer seats.Release()
		return late.Wait(ctx)
	})
	// Output:
	// free: false locked: true waiting: 1
}

// A barrier that is broken lets nobody wait for those who will not come.
func ExampleBarrier_Abort() {
	inVirtualTime(func(ctx context.Context) error {
		barrier := primitives.NewBarrier(2)
		alone := async.Go(ctx, func(ctx context.Context) error {
			_, err := barrier.Wait(ctx)
			return err
		})
		_ = async.Yield(ctx)
		fmt.Println("waiting:", barrier.Waiting())
		if err := barrier.Abort(ctx); err != nil {
			return err
		}
		fmt.Println(errors.Is(alone.Wait(ctx), primitives.ErrBrokenBarrier), "broken:", barrier.Broken())
		err := barrier.Reset(ctx)
		fmt.Println("broken:", barrier.Broken())
		return err
	})
	// Output:
	// waiting: 1
	// true broken: true
	// broken: false
}

// Tokens that are lent to something else than a task: here to customers, of
// whom each has one at most.
func ExampleCapacityLimiter_AcquireFor() {
	inVirtualTime(func(ctx context.Context) error {
		tokens := primitives.NewCapacityLimiter(2)
		for _, customer := range []string{"Ann", "Bob"} {
			if err := tokens.AcquireFor(ctx, customer); err != nil {
				return err
			}
		}
		late := async.Go(ctx, func(ctx context.Context) error {
			if err := tokens.Acquire(ctx); err != nil {
				return err
			}
			defer tokens.Release()
			return async.Sleep(ctx, time.Second)
		})
		_ = async.Yield(ctx)
		fmt.Printf("%d of %d, locked: %t, waiting: %d\n", tokens.Borrowed(), tokens.Total(), tokens.Locked(), tokens.Waiting())
		tokens.ReleaseFor("Ann")
		return late.Wait(ctx)
	})
	// Output:
	// 2 of 2, locked: true, waiting: 1
}

// A bounded queue from which the last item comes first, without waiting: it
// says when it is full, and when it is empty.
func ExampleNewLifoQueue() {
	inVirtualTime(func(ctx context.Context) error {
		stack := primitives.NewLifoQueue[string](2)
		for _, plate := range []string{"white", "blue", "red"} {
			if err := stack.PutNowait(plate); errors.Is(err, primitives.ErrQueueFull) {
				fmt.Println("no room for", plate, "beyond", stack.Maxsize())
			}
		}
		for !stack.Empty() {
			plate, _ := stack.GetNowait()
			fmt.Println(plate)
		}
		_, err := stack.GetNowait()
		fmt.Println(errors.Is(err, primitives.ErrQueueEmpty))

		eater := async.GoValue(ctx, stack.Get)
		_ = async.Yield(ctx)
		getters, putters := stack.Waiting()
		fmt.Println("waiting:", getters, putters)
		_, err = primitives.Select(ctx, stack.OnPut("green"), primitives.After(time.Second))
		if err != nil {
			return err
		}
		plate, err := eater.Await(ctx)
		fmt.Println(plate)
		return err
	})
	// Output:
	// no room for red beyond 2
	// blue
	// white
	// true
	// waiting: 1 0
	// green
}

// Reading and writing by hand.
func ExampleRWLock_TryAcquireRead() {
	inVirtualTime(func(ctx context.Context) error {
		var lock primitives.RWLock
		if err := lock.AcquireRead(ctx); err != nil {
			return err
		}
		fmt.Println("a reader more:", lock.TryAcquireRead(), "a writer:", lock.TryAcquire())
		writer := async.Go(ctx, lock.Acquire)
		_ = async.Yield(ctx)
		readers, writers := lock.Waiting()
		fmt.Println("waiting:", readers, writers)
		lock.ReleaseRead()
		lock.ReleaseRead()
		err := writer.Wait(ctx)
		fmt.Println("locked:", lock.Locked())
		lock.Release()
		return err
	})
	// Output:
	// a reader more: true a writer: false
	// waiting: 0 1
	// locked: true
}
