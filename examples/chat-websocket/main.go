// Chat-websocket is a chat for browsers: it serves a page, and a WebSocket for
// each who looks at it. All of them are tasks of one loop, which share the room
// without a lock. On Ctrl-C the server lets everybody go.
//
//	cd examples/chat-websocket && go run . -addr localhost:8080
package main

import (
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynchttp/websocket"
)

//go:embed page.html
var page []byte

func main() {
	log.SetFlags(0)
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("listening on http://%v\n", listener.Addr())
	runner := async.Runner{Interrupt: true}
	err = runner.Run(context.Background(), func(ctx context.Context) error { return serve(ctx, listener) })
	if err := errors.Join(err, runner.Close()); err != nil && !errors.Is(err, async.ErrInterrupted) {
		log.Fatal(err)
	}
}

// serve serves the page and the room until ctx is canceled. The visits are
// tasks of the loop, and end with it.
func serve(ctx context.Context, listener net.Listener) error {
	portal := async.RunningLoop(ctx).Portal()
	defer portal.Close()
	members := new(room)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page)
	})
	mux.Handle("GET /chat", &asynchttp.Handler{
		Portals: []*async.Portal{portal},
		Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
			name := r.URL.Query().Get("name")
			if name == "" {
				return &asynchttp.StatusError{Status: http.StatusBadRequest, Text: "say who you are: ?name="}
			}
			c, err := websocket.Accept(ctx, w, r, nil)
			if err != nil {
				return nil // it was told
			}
			defer c.Abort()
			return members.visit(ctx, name, c)
		},
	})
	return asynchttp.Serve(ctx, &http.Server{Handler: mux}, listener, time.Second)
}
