package async_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func ExampleGather() {
	sayHello := async.Func(func(ctx context.Context) error {
		fmt.Println("Hello!")
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		fmt.Println("World!")
		return nil
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, sayHello, sayHello)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Hello!
	// Hello!
	// World!
	// World!
}

// First in turn, which takes the sum of the sleeps, then at once, which takes
// the longest.
func ExampleGather_elapsed() {
	say := func(text string, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			if err := async.Sleep(ctx, d); err != nil {
				return err
			}
			fmt.Println(text)
			return nil
		}
	}
	inTurn := async.Func(func(ctx context.Context) error {
		start := async.RunningLoop(ctx).Time()
		if err := say("First", 2*time.Second)(ctx); err != nil {
			return err
		}
		if err := say("Second", 1*time.Second)(ctx); err != nil {
			return err
		}
		fmt.Println("Elapsed:", async.RunningLoop(ctx).Time()-start)
		return nil
	})
	main := async.Func(func(ctx context.Context) error {
		fmt.Println("start main")
		start := async.RunningLoop(ctx).Time()
		_, err := async.Gather(ctx,
			say("First", 2*time.Second),
			say("Second", 1*time.Second),
		)
		fmt.Println("Elapsed:", async.RunningLoop(ctx).Time()-start)
		return err
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	if err := runner.Run(context.Background(), inTurn); err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%T\n", main)
	if err := runner.Run(context.Background(), main); err != nil {
		fmt.Println(err)
	}
	// Output:
	// First
	// Second
	// Elapsed: 3s
	// async.Func
	// start main
	// Second
	// First
	// Elapsed: 2s
}

func ExampleGather_startAndFinish() {
	say := func(id string, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			loop := async.RunningLoop(ctx)
			start := loop.Time()
			fmt.Printf("Starting %s that will take %v\n", id, d)
			if err := async.Sleep(ctx, d); err != nil {
				return err
			}
			fmt.Printf("Finishing %s in %v\n", id, loop.Time()-start)
			return nil
		}
	}
	timed := func(body async.Func) async.Func {
		return func(ctx context.Context) error {
			start := async.RunningLoop(ctx).Time()
			err := body(ctx)
			fmt.Println("Elapsed:", async.RunningLoop(ctx).Time()-start)
			return err
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), timed(func(ctx context.Context) error {
		return errors.Join(say("First", 2*time.Second)(ctx), say("Second", 1*time.Second)(ctx))
	}))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println()
	err = runner.Run(context.Background(), timed(func(ctx context.Context) error {
		_, err := async.Gather(ctx, say("First", 2*time.Second), say("Second", 1*time.Second))
		return err
	}))
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Starting First that will take 2s
	// Finishing First in 2s
	// Starting Second that will take 1s
	// Finishing Second in 1s
	// Elapsed: 3s
	//
	// Starting First that will take 2s
	// Starting Second that will take 1s
	// Finishing Second in 1s
	// Finishing First in 2s
	// Elapsed: 2s
}

// As many tasks as somebody asks for. Awaited in turn they take a second each,
// for a Func that is called begins only then; gathered they take one second
// together.
func ExampleGather_many() {
	doTask := func(id int, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			fmt.Println("Start", id)
			if err := async.Sleep(ctx, d); err != nil {
				return err
			}
			fmt.Println("End", id)
			return nil
		}
	}
	tasks := func(n int) (all []async.Func) {
		for i := range n {
			all = append(all, doTask(i, time.Second))
		}
		return all
	}
	inTurn := func(ctx context.Context) error {
		fmt.Println("Main started")
		all := tasks(4)
		fmt.Println("Tasks created")
		for _, t := range all {
			if err := t(ctx); err != nil {
				return err
			}
		}
		fmt.Println("Main ended")
		fmt.Println("Elapsed", async.RunningLoop(ctx).Time())
		return nil
	}
	gathered := func(ctx context.Context) error {
		start := async.RunningLoop(ctx).Time()
		_, err := async.Gather(ctx, tasks(4)...)
		fmt.Println("Elapsed", async.RunningLoop(ctx).Time()-start)
		return err
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	if err := runner.Run(context.Background(), inTurn); err != nil {
		fmt.Println(err)
	}
	fmt.Println()
	if err := runner.Run(context.Background(), gathered); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Main started
	// Tasks created
	// Start 0
	// End 0
	// Start 1
	// End 1
	// Start 2
	// End 2
	// Start 3
	// End 3
	// Main ended
	// Elapsed 4s
	//
	// Start 0
	// Start 1
	// Start 2
	// Start 3
	// End 0
	// End 1
	// End 2
	// End 3
	// Elapsed 1s
}

// Timers that are due at the same time fire in the order in which they were
// set.
func ExampleGather_count() {
	count := func(name string, end int, d time.Duration) async.Func {
		return func(ctx context.Context) error {
			for i := range end {
				fmt.Println(name, i)
				if err := async.Sleep(ctx, d); err != nil {
					return err
				}
			}
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx,
			count("apple", 10, 100*time.Millisecond),
			count("peach", 10, 200*time.Millisecond),
		)
		fmt.Println("Elapsed", async.RunningLoop(ctx).Time())
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// apple 0
	// peach 0
	// apple 1
	// peach 1
	// apple 2
	// apple 3
	// peach 2
	// apple 4
	// apple 5
	// peach 3
	// apple 6
	// apple 7
	// peach 4
	// apple 8
	// apple 9
	// peach 5
	// peach 6
	// peach 7
	// peach 8
	// peach 9
	// Elapsed 2s
}

// Results and errors come in the order of the arguments.
func ExampleGatherSettled() {
	factorial := func(name, number string) async.Coro[int] {
		return func(ctx context.Context) (int, error) {
			n, err := strconv.Atoi(number)
			if err != nil {
				return 0, err
			}
			f := 1
			for i := 2; i <= n; i++ {
				fmt.Printf("Task %s: Compute factorial(%d), currently i=%d...\n", name, n, i)
				if err := async.Sleep(ctx, time.Second); err != nil {
					return 0, err
				}
				f *= i
			}
			fmt.Printf("Task %s: factorial(%d) = %d\n", name, n, f)
			return f, nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		results, err := async.GatherSettled(ctx,
			factorial("A", "2"),
			factorial("E", "rashid"),
			factorial("B", "3"),
			factorial("C", "4"),
		)
		for _, r := range results {
			fmt.Println(r.Value, r.Err)
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Task A: Compute factorial(2), currently i=2...
	// Task B: Compute factorial(3), currently i=2...
	// Task C: Compute factorial(4), currently i=2...
	// Task A: factorial(2) = 2
	// Task B: Compute factorial(3), currently i=3...
	// Task C: Compute factorial(4), currently i=3...
	// Task B: factorial(3) = 6
	// Task C: Compute factorial(4), currently i=4...
	// Task C: factorial(4) = 24
	// 2 <nil>
	// 0 strconv.Atoi: parsing "rashid": invalid syntax
	// 6 <nil>
	// 24 <nil>
}
