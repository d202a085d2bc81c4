package procpool_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobaton/async"
	"github.com/gobaton/async/procpool"
)

// square stands beside the other functions that have a name, in a variable of the package:
//
//	var square = remote.Register("square", func(ctx context.Context, n int) (int, error) { return n * n, nil })
func ExampleToProcess() {
	procpool.Main() // first thing in main: a worker goes no further
	err := async.Run(context.Background(), func(ctx context.Context) error {
		pool := &procpool.Pool{Workers: 1}
		defer pool.Shutdown(ctx)
		n, err := procpool.ToProcess(ctx, pool, square, 12)
		fmt.Println(n)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 144
}

// A worker that ends fails its own call, and the next call has another.
func ExampleCrashError() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		pool := &procpool.Pool{Workers: 1}
		defer pool.Shutdown(ctx)
		_, err := procpool.ToProcess(ctx, pool, exit, 7)
		var crash *procpool.CrashError
		fmt.Println(errors.As(err, &crash), crash.Func, crash.Err)
		n, err := procpool.ToProcess(ctx, pool, square, 12)
		fmt.Println(n)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// true exit exit status 7
	// 144
}
