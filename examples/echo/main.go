// Echo is a server on streams: it sends back what comes, once, and closes the
// connection. Ctrl-C ends it. With -loops it serves with several loops at once.
//
//	go run ./examples/echo -addr 127.0.0.1:8888
//	go run ./examples/echo -loops 4
//	echo Hello | nc 127.0.0.1 8888
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8888", "where to listen")
	loops := flag.Int("loops", 1, "how many loops serve; 0: one for each core")
	flag.Parse()
	r := &async.Runner{Interrupt: true}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error { return serve(ctx, *addr, *loops, os.Stdout) })
	if err != nil && !errors.Is(err, async.ErrInterrupted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// server is a streams.Server, or several.
type server interface {
	Addr() net.Addr
	Serve(ctx context.Context) error
}

// serve serves until ctx is canceled, and tells out what happens.
func serve(ctx context.Context, addr string, loops int, out io.Writer) error {
	s, err := start(ctx, addr, loops, func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		return handle(ctx, r, w, out)
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "Serving on", s.Addr())
	return s.Serve(ctx)
}

// start starts as many loops that serve as are asked for beside this one, or
// lets this one do it alone. The handler has no state, so all loops may have
// the same.
func start(ctx context.Context, addr string, loops int, handler streams.Handler) (server, error) {
	if loops == 1 {
		return streams.StartServer(ctx, "tcp", addr, handler)
	}
	o := &streams.Options{Loops: loops}
	return o.StartServers(ctx, "tcp", addr, func(context.Context) (streams.Handler, error) { return handler, nil })
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
