// Echoprotocol is Twisted's echo: a server, or with a text its client, written
// as protocols whose methods are called when something happens. Ctrl-C ends the
// server.
//
//	go run ./examples/echoprotocol
//	go run ./examples/echoprotocol -log
//	go run ./examples/echoprotocol Hello
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

func main() {
	addr := flag.String("addr", "localhost:8000", "where the server listens")
	logs := flag.Bool("log", false, "the server with a log")
	flag.Parse()
	r := &async.Runner{Interrupt: true}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error {
		if flag.NArg() > 0 {
			return ask(ctx, *addr, flag.Arg(0), os.Stdout)
		}
		server, err := listen(ctx, *addr, *logs, os.Stdout)
		if err != nil {
			return err
		}
		return server.Serve(ctx)
	})
	if err != nil && !errors.Is(err, async.ErrInterrupted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// listen starts one of the servers.
func listen(ctx context.Context, addr string, logs bool, out io.Writer) (*streams.Server, error) {
	factory := func() protocol.Protocol { return &echo{out: out} }
	began := "Listening on"
	if logs {
		factory = func() protocol.Protocol { return &loggedEcho{out: out} }
		began = "Started to listen on"
	}
	server, err := protocol.Listen(ctx, "tcp", addr, factory)
	if err == nil {
		fmt.Fprintln(out, began, server.Addr())
	}
	return server, err
}

// echo says what was said.
type echo struct {
	protocol.Base
	out       io.Writer
	transport *protocol.Transport
}

func (e *echo) ConnectionMade(t *protocol.Transport) { e.transport = t }

func (e *echo) DataReceived(data []byte) {
	fmt.Fprintf(e.out, "Received: %s\n", data)
	fmt.Fprintf(e.transport, "You said: %s", data)
}

// loggedEcho sends back what comes, and logs it.
type loggedEcho struct {
	protocol.Base
	out       io.Writer
	transport *protocol.Transport
}

func (e *loggedEcho) ConnectionMade(t *protocol.Transport) {
	e.transport = t
	fmt.Fprintln(e.out, "Connection established with", t.RemoteAddr())
}

func (e *loggedEcho) DataReceived(data []byte) {
	fmt.Fprintf(e.out, "Received: %q\n", data)
	_, _ = e.transport.Write(data)
}

// echoClient says something, and ends with the answer.
type echoClient struct {
	protocol.Base
	message   string
	out       io.Writer
	transport *protocol.Transport
	lost      *async.Future[async.Void]
}

func (c *echoClient) ConnectionMade(t *protocol.Transport) {
	c.transport = t
	_, _ = t.WriteString(c.message)
}

func (c *echoClient) DataReceived(data []byte) {
	fmt.Fprintf(c.out, "Server said: %s\n", data)
	c.transport.Close()
}

func (c *echoClient) ConnectionLost(error) {
	fmt.Fprintln(c.out, "connection lost")
	_ = c.lost.SetResult(async.Void{})
}

// ask runs the client.
func ask(ctx context.Context, addr, message string, out io.Writer) error {
	client := &echoClient{message: message, out: out, lost: async.NewFuture[async.Void](ctx)}
	if _, err := protocol.Dial(ctx, "tcp", addr, func() protocol.Protocol { return client }); err != nil {
		fmt.Fprintln(out, "connection failed")
		return err
	}
	return client.lost.Wait(ctx)
}
