// Echosockets is a server on bare sockets: it sends back whatever comes, 100
// bytes at a time. Ctrl-C ends it.
//
//	go run ./examples/echosockets -addr 127.0.0.1:8888
//	nc 127.0.0.1 8888
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
	err := r.Run(context.Background(), func(ctx context.Context) error {
		server, err := streams.Listen(ctx, "tcp", *addr)
		if err != nil {
			return err
		}
		fmt.Println("listening on", server.Addr())
		return echoServer(ctx, server)
	})
	if err != nil && !errors.Is(err, async.ErrInterrupted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// echoServer starts a task for each connection, until ctx is canceled.
func echoServer(ctx context.Context, server *streams.Acceptor) error {
	defer server.Close()
	for {
		client, err := server.Accept(ctx)
		if err != nil {
			return err
		}
		async.Go(ctx, func(ctx context.Context) error { return handleClient(ctx, client) })
	}
}

// handleClient serves a connection.
func handleClient(ctx context.Context, client *streams.Socket) error {
	defer client.Close()
	for {
		data, err := client.Recv(ctx, 100)
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = client.SendAll(ctx, data)
		}
		if err != nil {
			return err
		}
	}
}
