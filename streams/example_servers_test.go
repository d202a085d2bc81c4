package streams_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// Two loops serve one address. Each counts the connections that it has served,
// in a plain variable: what is told of all is put together in the end.
func ExampleStartServers() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		var counts []*int
		o := &streams.Options{Loops: 2}
		servers, err := o.StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) {
			served := new(int) // this loop's
			counts = append(counts, served)
			return func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
				*served++
				line, err := r.ReadLine(ctx)
				if err != nil {
					return err
				}
				_, err = w.WriteString(line)
				return err
			}, nil
		})
		if err != nil {
			return err
		}
		for i := range 10 {
			r, w, err := streams.OpenConnection(ctx, "tcp", servers.Addr().String())
			if err != nil {
				return err
			}
			fmt.Fprintln(w, "hello", i)
			if _, err := r.ReadLine(ctx); err != nil {
				return err
			}
			if err := w.Close(); err != nil {
				return err
			}
		}
		if err := servers.Shutdown(ctx, time.Second); err != nil { // the loops have ended then
			return err
		}
		fmt.Println(len(counts), "loops served", *counts[0]+*counts[1])
		return nil
	})
	fmt.Println(err)
	// Output:
	// 2 loops served 10
	// <nil>
}
