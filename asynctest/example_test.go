package asynctest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// printer is a testing.TB for examples, which have none: it prints what a test
// would log.
type printer struct{ testing.TB }

func (printer) Helper()                  {}
func (printer) Name() string             { return "TestDeposit" }
func (printer) Context() context.Context { return context.Background() }
func (printer) Failed() bool             { return false }
func (printer) Logf(string, ...any)      {}

func (printer) Errorf(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Println(strings.TrimRight(line, "\n"))
	}
}

// Time is virtual: the hour passes at once, and the test can tell exactly when
// things happen.
func ExampleRun() {
	test := func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			reminder := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
			fmt.Println(reminder.Wait(ctx), async.RunningLoop(ctx).Time())
		})
	}
	test(printer{})
	// Output:
	// <nil> 1h0m0s
}

// A test that cannot go on fails at once, and says what each task waits for.
func ExampleRun_deadlock() {
	test := func(t testing.TB) {
		asynctest.Run(t, func(ctx context.Context) {
			var event primitives.Event
			_ = event.Wait(ctx)
		})
	}
	test(printer{})
	// Output:
	// async: deadlock: nothing can wake these tasks:
	// 	Task-1 (the test) waits for an Event, started at example_test.go:48
}

// Advance lets time pass for the others, and comes back when they have done
// what fell due.
func ExampleAdvance() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		ticks := 0
		async.Go(ctx, func(ctx context.Context) error {
			for {
				if err := async.Sleep(ctx, time.Second); err != nil {
					return err
				}
				ticks++
			}
		})
		_ = asynctest.Advance(ctx, 10*time.Second)
		fmt.Println(ticks)
	})
	// Output:
	// 10
}

// WaitIdle lets the others run until each of them waits for something.
func ExampleWaitIdle() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		var queue primitives.Queue[string]
		async.Go(ctx, func(ctx context.Context) error {
			for item, err := range queue.All(ctx) {
				if err != nil {
					return err
				}
				fmt.Println("got", item)
			}
			return nil
		})
		_ = queue.Put(ctx, "a")
		_ = queue.Put(ctx, "b")
		_ = asynctest.WaitIdle(ctx)
		fmt.Println("idle")
	})
	// Output:
	// got a
	// got b
	// idle
}

// A Sequencer makes two tasks take turns where the test wants them to.
func ExampleSequencer() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		var seq asynctest.Sequencer
		say := func(text string, turns ...int) func(ctx context.Context) error {
			return func(ctx context.Context) error {
				for _, turn := range turns {
					err := seq.Do(ctx, turn, func(context.Context) error {
						fmt.Println(turn, text)
						return nil
					})
					if err != nil {
						return err
					}
				}
				return nil
			}
		}
		left, right := async.Go(ctx, say("left", 1, 2)), async.Go(ctx, say("right", 0, 3))
		_, _ = async.Gather(ctx, left, right)
	})
	// Output:
	// 0 right
	// 1 left
	// 2 left
	// 3 right
}

// Always looks whenever the baton passes, so that it sees what is true only
// between two awaits.
func ExampleAlways() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		here, there := 100, 0
		asynctest.Always(ctx, "the money is here or there", func() bool { return here+there == 100 })
		here -= 10
		_ = async.Yield(ctx)
		there += 10
	})
	// Output:
	// asynctest: not always: the money is here or there, after Task-1 came to example_test.go:138
}

// MustNotSuspend holds a function to its word: between its lines nothing else
// can have changed.
func ExampleMustNotSuspend() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		var lock primitives.Lock
		asynctest.MustNotSuspend(printer{}, ctx, func() { _ = lock.Acquire(ctx) })
		asynctest.MustNotSuspend(printer{}, ctx, func() { _ = async.Yield(ctx) })
	})
	// Output:
	// asynctest: the function suspended 1 times: other tasks could run
}

// Record writes down what the scheduler does. Golden would compare it with a
// file.
func ExampleRecord() {
	asynctest.Run(printer{}, func(ctx context.Context) {
		trace := asynctest.Record(ctx)
		_ = async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }).Wait(ctx)
		trace.Stop()
		fmt.Print(trace)
	})
	// Output:
	// 0s  Task-2 (ExampleRecord) is started by Task-1
	// 0s  Task-1 waits for Task-2
	// 0s  Task-2 waits for a timer
	// 1s  Task-2 goes on
	// 1s  Task-2 ends
	// 1s  Task-1 goes on
}

// A lock of one's own passes, or the report shows the order of steps in which
// it does not.
func ExampleCheckLock() {
	test := func(t testing.TB) {
		asynctest.CheckLock(t, func() asynctest.Locker { return new(primitives.Lock) })
	}
	test(printer{})
	// Output:
}
