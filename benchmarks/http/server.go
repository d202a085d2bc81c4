package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// servers print their address, and serve until their standard input ends.
var servers = map[string]func(){"net/http": serveNetHTTP, "async": serveAsync}

var answer = []byte("Hello, world!\n")

func serveNetHTTP() {
	listenAndServe(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(answer) }))
}

func serveAsync() {
	var runner async.Runner
	portal := runner.Start(context.Background())
	profiled(func() {
		listenAndServe(&asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(_ context.Context, w *asynchttp.ResponseWriter, _ *asynchttp.Request) error {
				_, err := w.Write(answer)
				return err
			},
		})
	})
	must(runner.Close())
}

func listenAndServe(handler http.Handler) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: handler}
	go func() { _ = server.Serve(listener) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
	must(server.Close())
}
