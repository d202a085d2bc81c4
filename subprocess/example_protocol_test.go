package subprocess_test

import (
	"context"
	"fmt"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

// dateProtocol collects what a process writes; asyncio's example of a
// SubprocessProtocol.
type dateProtocol struct {
	subprocess.ProtocolBase
	output []byte
	exited *async.Future[async.Void]
}

func (d *dateProtocol) PipeDataReceived(fd int, data []byte) { d.output = append(d.output, data...) }

func (d *dateProtocol) ConnectionLost(error) { _ = d.exited.SetResult(async.Void{}) }

func ExampleOptions_ExecProtocol() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		d := &dateProtocol{exited: async.NewFuture[async.Void](ctx)}
		o := subprocess.Options{Stdin: subprocess.DevNull, Stdout: subprocess.Pipe}
		transport, err := o.ExecProtocol(ctx, d, "echo", "1970-01-01")
		if err != nil {
			return err
		}
		defer transport.Close()
		if err := d.exited.Wait(ctx); err != nil {
			return err
		}
		fmt.Printf("Current date: %s", d.output)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Current date: 1970-01-01
}
