// Server is a message board over net/http. Its handlers run on goroutines of
// net/http's and share a board that needs no mutex, for what touches it runs in
// a loop: each request is a Call through the loop's Portal. On SIGTERM the
// server drains: requests under way are answered, and then it ends.
//
//	go run ./examples/server -addr localhost:8080
//	curl localhost:8080/messages?after=0           waits for the first message
//	curl -d 'hello' localhost:8080/messages
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gobaton/async"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	flag.Parse()
	listener, err := net.Listen("tcp", *addr)
	if err == nil {
		fmt.Println("listening on", listener.Addr())
		err = async.Run(context.Background(), func(ctx context.Context) error { return serve(ctx, listener, new(board)) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// grace is how long requests under way may take after a signal.
const grace = 10 * time.Second

// serve serves b until the process receives SIGTERM, and drains.
func serve(ctx context.Context, listener net.Listener, b *board) error {
	loop := async.RunningLoop(ctx)
	portal := loop.Portal()
	defer portal.Close()
	terminated := async.NewFuture[async.Void](ctx)
	loop.AddSignalHandler(syscall.SIGTERM, func() { _ = terminated.SetResult(async.Void{}) })
	defer loop.RemoveSignalHandler(syscall.SIGTERM)

	server := &http.Server{Handler: handler{b, portal}.mux(), ReadHeaderTimeout: grace}
	serving := async.Go(ctx, func(ctx context.Context) error {
		return async.ToThread(ctx, func(context.Context) error { return server.Serve(listener) })
	})
	_, _, err := async.Wait(ctx, async.FirstCompleted, async.Waitables(terminated, serving)...)
	ctx = async.Uncancel(ctx) // it drains also if Run's context ends
	b.close()
	err = errors.Join(err, async.ToThread(ctx, func(context.Context) error { return shutDown(server) }))
	if served := serving.Wait(ctx); !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

func shutDown(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return server.Shutdown(ctx)
}

// handler brings requests to the board's loop.
type handler struct {
	board  *board
	portal *async.Portal
}

func (h handler) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /messages", h.post)
	mux.HandleFunc("GET /messages", h.list)
	return mux
}

func (h handler) post(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<10))
	if err == nil {
		err = async.Call(r.Context(), h.portal, func(context.Context) error {
			h.board.post(string(text))
			return nil
		})
	}
	answer(w, "", err)
}

// list answers with the messages after a number, and waits for one if there is
// none. If the client goes away, so does the task that waits.
func (h handler) list(w http.ResponseWriter, r *http.Request) {
	n, _ := strconv.Atoi(r.URL.Query().Get("after"))
	messages, err := async.CallValue(r.Context(), h.portal, func(ctx context.Context) ([]string, error) {
		return h.board.after(ctx, n)
	})
	answer(w, strings.Join(messages, "\n"), err)
}

func answer(w http.ResponseWriter, text string, err error) {
	switch {
	case errors.Is(err, errClosing), errors.Is(err, async.ErrClosed):
		http.Error(w, "the board closes", http.StatusServiceUnavailable)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		_, _ = io.WriteString(w, text)
	}
}
