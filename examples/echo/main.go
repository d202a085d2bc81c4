// Echo is a server on streams: it sends back what comes, once, and closes the
// connection. Ctrl-C ends it.
//
//	go run ./examples/echo -addr 127.0.0.1:8888
//	echo Hello | nc 127.0.0.1 8888
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8888", "where to listen")
	flag.Parse()
	r := &async.Runner{Interrupt: true}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error { return serve(ctx, *addr, os.Stdout) })
	if err != nil && !errors.Is(err, async.ErrInterrupted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serve serves until ctx is canceled, and tells out what happens.
func serve(ctx context.Context, addr string, out io.Writer) error {
	server, err := streams.StartServer(ctx, "tcp", addr, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		return handle(ctx, r, w, out)
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Serving on", server.Addr())
	return server.Serve(ctx)
}

// handle serves a connection.
func handle(ctx context.Context, r *streams.Reader, w *streams.Writer, out io.Writer) error {
	data := make([]byte, 100)
	n, err := r.Read(ctx, data)
	if err != nil {
		return err
	}
	data = data[:n]
	fmt.Fprintf(out, "Received %s from %v\n", data, w.RemoteAddr())
	fmt.Fprintf(out, "Send: %q\n", data)
	if _, err := w.Write(data); err != nil {
		return err
	}
	if err := w.Drain(ctx); err != nil {
		return err
	}
	fmt.Fprintln(out, "Close the connection")
	return w.Close()
}
