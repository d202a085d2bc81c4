//go:build unix

package async_test

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/gobaton/async"
)

// The first interrupt cancels main, and other signals have functions that the
// loop calls.
func ExampleLoop_AddSignalHandler() {
	runner := async.Runner{Interrupt: true}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		reload := async.NewFuture[string](ctx)
		loop.AddSignalHandler(syscall.SIGHUP, func() { _ = reload.SetResult("reads its configuration again") })
		defer loop.RemoveSignalHandler(syscall.SIGHUP)
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGHUP) // kill -HUP, from a shell
		text, err := reload.Await(ctx)
		if err != nil {
			return err
		}
		fmt.Println(text)
		_ = syscall.Kill(syscall.Getpid(), syscall.SIGINT) // control-C
		return async.NewFuture[int](ctx).Wait(ctx)
	})
	fmt.Println(errors.Is(err, async.ErrInterrupted))
	// Output:
	// reads its configuration again
	// true
}
