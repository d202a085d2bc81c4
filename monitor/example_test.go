package monitor_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/primitives"
)

// The tasks of a running program, listed, traced and canceled from outside, as
// aiomonitor does for asyncio.
func Example() {
	err := runInVirtualTime(func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var lock primitives.Lock
		sleep := func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }
		first := async.Go(async.Named(ctx, "first"), func(ctx context.Context) error { return lock.With(ctx, sleep) })
		second := async.Go(async.Named(ctx, "second"), func(ctx context.Context) error { return lock.With(ctx, sleep) })
		if err := async.Sleep(ctx, time.Minute); err != nil {
			return err
		}

		s := m.Snapshot() // any goroutine may ask for it
		for _, task := range s.Tasks {
			fmt.Println(task.ID, task.Name, task.State, task.Age)
		}
		for _, task := range s.Chain(3) {
			fmt.Println("blocked by", task.Name, "which waits for a", task.Wait.Kind)
		}
		stack, _ := m.Stack(2)
		fmt.Println("first is in", len(stack), "calls of this program")

		_ = m.Cancel(2, errors.New("it takes too long"))
		fmt.Println(first.Wait(ctx))
		for _, task := range m.Ended().Tasks {
			fmt.Printf("%s was %s by %s: %s\n", task.Name, task.Outcome, task.Cancel.Name, task.Cancel.Cause)
		}
		second.Cancel()
		return nil
	})
	fmt.Println(err)
	// Output:
	// 1 Task-1 running 1m0s
	// 2 first waiting 1m0s
	// 3 second waiting 1m0s
	// blocked by second which waits for a lock
	// blocked by first which waits for a timer
	// first is in 2 calls of this program
	// async: canceled: it takes too long
	// first was canceled by the monitor: it takes too long
	// <nil>
}

func runInVirtualTime(main func(ctx context.Context) error) error {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	return runner.Run(context.Background(), main)
}

// What happens, as it happens. The reader is a goroutine like any other, and
// may be as slow as it likes.
func ExampleMonitor_Events() {
	_ = runInVirtualTime(func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{})
		events := m.Events(monitor.EventOptions{})
		printed := make(chan struct{})
		go func() {
			defer close(printed)
			for open := true; open; {
				<-events.Ready()
				var some []monitor.Event
				some, open = events.Take(nil)
				for _, e := range some {
					fmt.Println(e.At, e.Kind, e.Task, e.Text)
				}
			}
		}()
		err := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }).Wait(ctx)
		m.Detach() // ends the stream
		<-printed
		return err
	})
	// Output:
	// 0s started 2 ExampleMonitor_Events
	// 1s ended 2 finished
}

// A snapshot prints as a tree in which tasks that are alike are one line.
func ExampleSnapshot_String() {
	_ = runInVirtualTime(func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		var lock primitives.Lock
		return lock.With(ctx, func(ctx context.Context) error {
			for range 100 {
				async.Go(ctx, lock.Acquire)
			}
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			fmt.Println(len(m.Snapshot().String()) < 500)
			fmt.Println(m.Snapshot().Warnings[0].Kind)
			return nil
		})
	})
	// Output:
	// true
	// lock-convoy
}
