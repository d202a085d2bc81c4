package async_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"regexp"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func ExampleRun() {
	main := func(ctx context.Context) error {
		fmt.Println("hello")
		if err := async.Sleep(ctx, time.Millisecond); err != nil {
			return err
		}
		fmt.Println("world")
		return nil
	}
	if err := async.Run(context.Background(), main); err != nil {
		log.Fatal(err)
	}
	// Output:
	// hello
	// world
}

// What an awaited function returns as its error is handled where it comes up,
// like any error.
func ExampleRun_errorsAreValues() {
	somethingRisky := func(ctx context.Context) error {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		return errors.New("Something went wrong!")
	}
	riskyOperation := func(ctx context.Context) error {
		if err := somethingRisky(ctx); err != nil {
			fmt.Println("Caught an exception:", err)
		}
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	if err := runner.Run(context.Background(), riskyOperation); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Caught an exception: Something went wrong!
}

// A Runner has a loop of its own, on which it runs one function after another
// until it is closed.
func ExampleRunner() {
	main := func(ctx context.Context) error {
		fmt.Println("Hello, world!")
		return nil
	}
	var runner async.Runner
	defer runner.Close()
	if err := runner.Run(context.Background(), main); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Hello, world!
}

// A task may be started on a loop that does not run yet. It begins with the
// next Run, before main, which is started after it.
func ExampleRunner_Loop() {
	r := async.Runner{Clock: asynctest.NewClock()}
	defer r.Close()

	task := async.GoValue(r.Loop().Context(), func(ctx context.Context) (string, error) {
		fmt.Println("the task begins")
		return "its result", nil
	})
	fmt.Println("done before the loop runs:", task.Done())

	err := r.Run(context.Background(), func(ctx context.Context) error {
		fmt.Println("main begins")
		v, err := task.Await(ctx)
		fmt.Println("main has", v)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// done before the loop runs: false
	// the task begins
	// main begins
	// main has its result
}

func ExampleGo() {
	sayHello := func(ctx context.Context) error {
		fmt.Println("Hello!")
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		fmt.Println("World!")
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, sayHello)
		return task.Wait(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Hello!
	// World!
}

// Both tasks sleep at once: all of it takes two seconds, not three.
func ExampleGo_twoTasks() {
	sayAfter := func(d time.Duration, what string) async.Func {
		return func(ctx context.Context) error {
			if err := async.Sleep(ctx, d); err != nil {
				return err
			}
			fmt.Println(what)
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task1 := async.Go(ctx, sayAfter(1*time.Second, "hello"))
		task2 := async.Go(ctx, sayAfter(2*time.Second, "world"))

		fmt.Println("started at", async.RunningLoop(ctx).Now().Format(time.TimeOnly))
		if err := task1.Wait(ctx); err != nil {
			return err
		}
		if err := task2.Wait(ctx); err != nil {
			return err
		}
		fmt.Println("finished at", async.RunningLoop(ctx).Now().Format(time.TimeOnly))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// started at 00:00:00
	// hello
	// world
	// finished at 00:00:02
}

// Go only makes the task. It begins when the one that made it gives the baton
// away, here with Yield.
func ExampleGo_beginsAtTheNextAwait() {
	sayAfter := func(d time.Duration, what string) async.Func {
		return func(ctx context.Context) error {
			fmt.Println("start", what)
			if err := async.Sleep(ctx, d); err != nil {
				return err
			}
			fmt.Println(what)
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task1 := async.Go(ctx, sayAfter(1*time.Second, "hello"))
		task2 := async.Go(ctx, sayAfter(2*time.Second, "world"))

		if err := async.Yield(ctx); err != nil {
			return err
		}
		fmt.Println("started at", async.RunningLoop(ctx).Now().Format(time.TimeOnly))
		if err := errors.Join(task1.Wait(ctx), task2.Wait(ctx)); err != nil {
			return err
		}
		fmt.Println("finished at", async.RunningLoop(ctx).Now().Format(time.TimeOnly))
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// start hello
	// start world
	// started at 00:00:00
	// hello
	// world
	// finished at 00:00:02
}

// Between two awaits no other task runs: whoever looks at vals sees all ten
// values of a fetch, or none.
func ExampleGo_sharedState() {
	var vals []int
	getSomeValues := func(ctx context.Context) ([]int, error) {
		return async.SleepValue(ctx, 350*time.Millisecond, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	}
	fetcher := func(ctx context.Context) error {
		for {
			values, err := getSomeValues(ctx)
			if err != nil {
				return err
			}
			for _, v := range values {
				vals = append(vals, v*v)
			}
		}
	}
	monitor := func(ctx context.Context) error {
		for range 4 {
			fmt.Println(len(vals))
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
		}
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		fetching := async.Go(ctx, fetcher)
		defer fetching.Cancel()
		return async.Go(ctx, monitor).Wait(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0
	// 20
	// 50
	// 80
}

// A Coro is a value like any other: nothing runs until it is awaited or started
// as a task.
func ExampleCoro() {
	nested := func() async.Coro[int] {
		return func(ctx context.Context) (int, error) { return 42, nil }
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		//asyncvet:ignore the one place where that is wanted
		nested() // makes it, and that is all

		v, err := nested().Await(ctx)
		fmt.Println(v)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 42
}

func ExampleLoop_Time() {
	displayDate := func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		end := loop.Time() + 5*time.Second
		for {
			fmt.Println(loop.Now().Format(time.DateTime))
			if loop.Time()+time.Second >= end {
				return nil
			}
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	if err := runner.Run(context.Background(), displayDate); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 2000-01-01 00:00:00
	// 2000-01-01 00:00:01
	// 2000-01-01 00:00:02
	// 2000-01-01 00:00:03
	// 2000-01-01 00:00:04
}

// What stands behind the shield goes on when its awaiter is canceled.
func ExampleShield() {
	something := async.Coro[string](func(ctx context.Context) (string, error) {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return "", err
		}
		fmt.Println("something is done")
		return "its result", nil
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		outer := async.GoValue(ctx, func(ctx context.Context) (string, error) {
			return async.Shield(ctx, something)
		})
		if err := async.Yield(ctx); err != nil {
			return err
		}
		outer.Cancel()
		_, err := outer.Await(ctx)
		fmt.Println("canceled:", async.IsCanceled(err))

		return async.Sleep(ctx, 2*time.Second)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// canceled: true
	// something is done
}

// Unless somebody is canceled, Shield is a mere await.
func ExampleShield_undisturbed() {
	something := async.Coro[string](func(ctx context.Context) (string, error) {
		return async.SleepValue(ctx, time.Second, "its result")
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		res, err := async.Shield(ctx, something)
		fmt.Println(res)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// its result
}

// To ignore a cancellation altogether is possible, and not recommended: the
// task goes on with a ctx that has acknowledged it.
func ExampleShield_ignoringCancellation() {
	something := async.Coro[string](func(ctx context.Context) (string, error) {
		return async.SleepValue(ctx, time.Second, "its result")
	})
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		outer := async.Go(ctx, func(ctx context.Context) error {
			res, err := async.Shield(ctx, something)
			if async.IsCanceled(err) {
				ctx, res = async.Uncancel(ctx), "nothing"
			}
			fmt.Println("has", res)
			return async.Sleep(ctx, time.Second)
		})
		if err := async.Yield(ctx); err != nil {
			return err
		}
		outer.Cancel()
		err := outer.Wait(ctx)
		fmt.Println("error:", err)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// has nothing
	// error: <nil>
}

// The one who awaits a future suspends until somebody sets its result.
func ExampleFuture_SetResult() {
	setFutureValue := func(future *async.Future[string]) async.Func {
		return func(ctx context.Context) error {
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return future.SetResult("Hello, Future!")
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		future := async.NewFuture[string](ctx)
		if err := async.Go(ctx, setFutureValue(future)).Wait(ctx); err != nil {
			return err
		}
		result, err := future.Await(ctx)
		fmt.Println(result)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Hello, Future!
}

// A future may be asked at any time whether it is done. Its result before that
// is ErrInvalidState.
func ExampleFuture_Result() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		f := async.NewFuture[int](ctx)
		show := func() {
			v, err := f.Result()
			fmt.Println("done:", f.Done(), "result:", v, "not yet:", errors.Is(err, async.ErrInvalidState))
		}
		show()
		if err := f.SetResult(42); err != nil {
			return err
		}
		show()
		fmt.Println("error:", f.Err())
		fmt.Println("again:", errors.Is(f.SetResult(43), async.ErrInvalidState))

		failed := async.NewFuture[int](ctx)
		if err := failed.SetError(errors.New("no answer")); err != nil {
			return err
		}
		fmt.Println("error:", failed.Err())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// done: false result: 0 not yet: true
	// done: true result: 42 not yet: false
	// error: <nil>
	// again: true
	// error: no answer
}

func ExampleTask_Await() {
	failingTask := func(ctx context.Context) (int, error) {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return 0, err
		}
		return 0, errors.New("Task failed!")
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.GoValue(ctx, failingTask)
		if _, err := task.Await(ctx); err != nil {
			fmt.Println("Task failed with exception:", err)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Task failed with exception: Task failed!
}

// A task that has ended tells its error without being awaited.
func ExampleTask_Err() {
	failingTask := func(ctx context.Context) error {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		return errors.New("Task failed!")
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, failingTask)
		if err := async.Sleep(ctx, 2*time.Second); err != nil {
			return err
		}
		if task.Done() {
			fmt.Println("Task failed with exception:", task.Err())
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Task failed with exception: Task failed!
}

func answer(ctx context.Context) (int, error) {
	fmt.Println("start to answer")
	return 42, nil
}

// A task as it prints before it has run. The line in the source is left out
// here.
func ExampleTask_String() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		task := async.GoValue(ctx, answer)
		fmt.Println(regexp.MustCompile(`:\d+`).ReplaceAllString(task.String(), ""))

		if err := async.Yield(ctx); err != nil {
			return err
		}
		fmt.Println("before await for task")

		result, err := task.Await(ctx)
		fmt.Printf("result is %d after await\n", result)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// <Task pending name='Task-2' coro=<answer() running at examples_test.go>>
	// start to answer
	// before await for task
	// result is 42 after await
}

// Two tasks pass the baton to each other.
func ExampleYield() {
	count := func(name string) async.Func {
		return func(ctx context.Context) error {
			fmt.Println("start", name)
			for i := range 10 {
				fmt.Println(name, i)
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		a := async.Go(ctx, count("A"))
		b := async.Go(ctx, count("B"))

		fmt.Println("Before")
		fmt.Println("After")

		return errors.Join(a.Wait(ctx), b.Wait(ctx))
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Before
	// After
	// start A
	// A 0
	// start B
	// B 0
	// A 1
	// B 1
	// A 2
	// B 2
	// A 3
	// B 3
	// A 4
	// B 4
	// A 5
	// B 5
	// A 6
	// B 6
	// A 7
	// B 7
	// A 8
	// B 8
	// A 9
	// B 9
}
