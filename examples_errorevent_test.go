package async_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// OnError is told what no return value tells: panics when they happen, and
// errors that nobody asked for.
func ExampleErrorEvent() {
	tell := func(e *async.ErrorEvent) {
		var p *async.PanicError
		if errors.As(e.Err, &p) {
			fmt.Printf("%s: %s: %v\n", e.Task, e.Message, p.Value)
			return
		}
		fmt.Printf("%s: %s: %v\n", e.Task, e.Message, e.Err)
	}

	runner := async.Runner{Clock: asynctest.NewClock(), OnError: tell, ReturnPanics: true}
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		async.Go(async.Named(ctx, "careless"), func(context.Context) error { panic("ouch") })
		async.Go(async.Named(ctx, "forgotten"), func(context.Context) error { return errors.New("disk full") })
		return async.Yield(ctx)
	})
	var p *async.PanicError
	fmt.Println(err, errors.As(runner.Close(), &p))
	// Output:
	// careless: panic in a task: ouch
	// forgotten: error was never retrieved: disk full
	// <nil> true
}
