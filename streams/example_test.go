package streams_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// A server that answers in capitals, and a client. The network is in memory;
// the zero Options have the machine's.
func Example() {
	shout := func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		for line, err := range r.Lines(ctx) {
			if err != nil {
				return err
			}
			if _, err := w.WriteString(strings.ToUpper(string(line))); err != nil {
				return err
			}
			if err := w.Drain(ctx); err != nil {
				return err
			}
		}
		return nil
	}
	err := async.Run(context.Background(), func(ctx context.Context) error {
		o := &streams.Options{Network: new(streams.Memory)}
		server, err := o.StartServer(ctx, "tcp", "localhost:7", shout)
		if err != nil {
			return err
		}
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:7")
		if err != nil {
			return err
		}
		for _, text := range []string{"hello", "goodbye"} {
			fmt.Fprintln(w, text)
			answer, err := r.ReadLine(ctx)
			if err != nil {
				return err
			}
			fmt.Print(answer)
		}
		if err := w.Close(); err != nil {
			return err
		}
		server.Close()
		return server.Wait(ctx)
	})
	fmt.Println(err)
	// Output:
	// HELLO
	// GOODBYE
	// <nil>
}
