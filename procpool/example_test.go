package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/procpool"
	"github.com/gobaton/async/remote"
)

// What a worker can run is registered by name when the program begins: it is
// the same program that runs as a worker.
var (
	cube = remote.Register("cube", func(ctx context.Context, n int) (int, error) {
		return n * n * n, nil
	})
	crash = remote.Register("crash", func(ctx context.Context, status int) (int, error) {
		os.Exit(status)
		return 0, nil
	})
)

func ExampleToProcess() {
	procpool.Main() // first thing in main: a worker goes no further
	err := async.Run(context.Background(), func(ctx context.Context) error {
		pool := &procpool.Pool{Workers: 1}
		defer pool.Shutdown(ctx)
		n, err := procpool.ToProcess(ctx, pool, cube, 5)
		fmt.Println(n)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 125
}

// A worker that ends fails its own call, and the next call has another.
func ExampleCrashError() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		pool := &procpool.Pool{Workers: 1}
		defer pool.Shutdown(ctx)
		_, err := procpool.ToProcess(ctx, pool, crash, 7)
		var crashed *procpool.CrashError
		fmt.Println(errors.As(err, &crashed), crashed.Func, crashed.Err)
		n, err := procpool.ToProcess(ctx, pool, cube, 5)
		fmt.Println(n)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// true crash exit status 7
	// 125
}
