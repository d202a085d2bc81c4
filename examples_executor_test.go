package async_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/procpool"
	"github.com/gobaton/async/remote"
)

// The function blocks a goroutine of its own for a second, while the loop's
// tasks go on: one second in all.
func ExampleToThread() {
	clock := asynctest.NewClock()
	now := func() string { return clock.At(clock.Now()).Format(time.TimeOnly) }

	blockingIO := func(ctx context.Context) error {
		fmt.Println("start blocking_io at", now())
		err := asynctest.Spend(ctx, time.Second) // time.Sleep(time.Second), in the time of this example
		fmt.Println("blocking_io complete at", now())
		return err
	}

	r := async.Runner{Clock: clock}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error {
		fmt.Println("started main at", now())
		_, err := async.Gather(ctx,
			async.Func(func(ctx context.Context) error { return async.ToThread(ctx, blockingIO) }),
			async.Func(func(ctx context.Context) error { return async.Sleep(ctx, time.Second) }),
		)
		fmt.Println("finished main at", now())
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// started main at 00:00:00
	// start blocking_io at 00:00:00
	// blocking_io complete at 00:00:01
	// finished main at 00:00:01
}

// cpuBound has a name, under which a worker process finds it. The program calls
// procpool.Main first thing in main.
var cpuBound = remote.Register("cpu_bound", func(_ context.Context, n int) (int64, error) {
	sum := int64(0)
	for i := range int64(n) {
		sum += i * i
	}
	return sum, nil
})

// Functions in the loop's own executor, in a pool of goroutines and in a pool
// of processes.
func ExampleRunInExecutor() {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	someFile := filepath.Join(dir, "someFile")
	if err := os.WriteFile(someFile, []byte("some bytes"), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	blockingIO := func(context.Context) (string, error) {
		data, err := os.ReadFile(someFile)
		return string(data), err
	}

	err = async.Run(context.Background(), func(ctx context.Context) error {
		result, err := async.RunInExecutor(ctx, nil, blockingIO).Await(ctx)
		if err != nil {
			return err
		}
		fmt.Println("default executor:", result)

		threads := &async.ThreadPool{Workers: 4}
		defer threads.Shutdown(ctx)
		if result, err = async.RunInExecutor(ctx, threads, blockingIO).Await(ctx); err != nil {
			return err
		}
		fmt.Println("custom thread pool:", result)

		processes := &procpool.Pool{Workers: 1}
		defer processes.Shutdown(ctx)
		sum, err := async.RunInExecutor(ctx, processes, cpuBound.Bind(50)).Await(ctx)
		fmt.Println("custom process pool:", sum)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// default executor: some bytes
	// custom thread pool: some bytes
	// custom process pool: 40425
}

// Blocking and computing functions share the two goroutines of a pool.
func ExampleThreadPool() {
	blockingFunction := func(ctx context.Context) (string, error) {
		return "Blocking function result", asynctest.Spend(ctx, 2*time.Second) // time.Sleep, in the time of this example
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		pool := &async.ThreadPool{Workers: 2}
		defer pool.Shutdown(ctx)
		text := async.RunInExecutor(ctx, pool, blockingFunction)
		sum := async.RunInExecutor(ctx, pool, cpuBound.Bind(1_000_000))
		if err := text.Wait(ctx); err != nil {
			return err
		}
		fmt.Println(text.Result())
		if err := sum.Wait(ctx); err != nil {
			return err
		}
		fmt.Println(sum.Result())
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Blocking function result <nil>
	// 333332833333500000 <nil>
}

// Plain code makes one call after the other, each of which runs where it suits:
// on the loop, in a thread, or in a process. It reads the results when it needs
// them.
func ExampleSubmit() {
	ctx := context.Background()
	var r async.Runner
	defer r.Close()
	portal := r.Start(ctx)
	processes := &procpool.Pool{Workers: 1}
	defer processes.Shutdown(ctx)

	var results []*async.Pending[int64]
	for _, call := range []async.Coro[int64]{
		cpuBound.Bind(10),
		func(ctx context.Context) (int64, error) { return async.ToThreadValue(ctx, cpuBound.Bind(100)) },
		func(ctx context.Context) (int64, error) { return procpool.ToProcess(ctx, processes, cpuBound, 1000) },
	} {
		results = append(results, async.Submit(portal, call))
	}
	for _, result := range results {
		fmt.Println(result.Wait(ctx))
	}
	// Output:
	// 285 <nil>
	// 328350 <nil>
	// 332833500 <nil>
}

// Items come from a goroutine that knows nothing of loops.
func ExampleRecvAll() {
	squares := make(chan int)
	go func() {
		defer close(squares)
		for i := range 4 {
			squares <- i * i
		}
	}()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		for n, err := range async.RecvAll(ctx, squares) {
			if err != nil {
				return err
			}
			fmt.Println(n)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0
	// 1
	// 4
	// 9
}
