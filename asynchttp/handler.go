package asynchttp

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/gobaton/async"
)

// A Handler answers each request in a task of a loop; it is an http.Handler, to
// be given to servers, routers and middlewares. Its fields must not change once
// it serves.
type Handler struct {
	// Portals lead to the loops that answer, in turn: one loop, or one for
	// each core. A handler whose portal is closed answers 503 Service
	// Unavailable.
	Portals []*async.Portal

	// Serve answers a request, as a task. The answer is complete when it
	// returns. If it returns an error before anything was flushed, the
	// answer is that of the error: the status of a [*StatusError], else 500
	// Internal Server Error; if something was flushed, the connection is
	// closed, so that the client does not take the answer for a whole one.
	// A panic closes the connection, too.
	Serve func(ctx context.Context, w *ResponseWriter, r *Request) error

	// Finish lets the task go on when the client goes away. Without it the
	// task is canceled then.
	Finish bool

	// OnError is called with the errors of Serve that are no [*StatusError]
	// and no cancellation, on a goroutine of the server's; nil: they are
	// logged as errors to slog's default.
	OnError func(r *http.Request, err error)

	turn atomic.Uint64
}

// ServeHTTP answers a request; it is called by the server, and returns when the
// task has ended.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if len(h.Portals) == 0 || h.Serve == nil {
		panic("asynchttp: a Handler without Portals or without Serve: set both")
	}
	ctx := r.Context()
	if h.Finish {
		ctx = context.WithoutCancel(ctx)
	}
	answer := &answering{
		handler: h,
		writer:  ResponseWriter{raw: w, status: http.StatusOK},
		request: Request{Request: r, Body: Body{source: r.Body}},
	}
	writer := &answer.writer
	portal := h.Portals[(h.turn.Add(1)-1)%uint64(len(h.Portals))]
	err := answer.call(ctx, portal)
	writer.awaitAbandoned()
	if writer.detached {
		h.failDetached(r, err)
		return
	}
	if err != nil {
		h.fail(writer, r, err)
	}
	writer.sendRest()
}

// answering is a request that is answered.
type answering struct {
	handler *Handler
	writer  ResponseWriter
	request Request
}

// call runs Serve in the loop. A panic with http.ErrAbortHandler is one here.
func (a *answering) call(ctx context.Context, portal *async.Portal) error {
	defer func() {
		if v := recover(); v != nil {
			a.writer.awaitAbandoned()
			if p, ok := v.(*async.PanicError); ok && p.Value == http.ErrAbortHandler {
				v = http.ErrAbortHandler
			}
			panic(v)
		}
	}()
	return async.Call(ctx, portal, a.serve)
}

func (a *answering) serve(ctx context.Context) error {
	return a.handler.Serve(ctx, &a.writer, &a.request)
}

// fail makes err the answer, or breaks off one that has begun.
func (h *Handler) fail(w *ResponseWriter, r *http.Request, err error) {
	var status *StatusError
	switch {
	case errors.As(err, &status):
	case errors.Is(err, async.ErrClosed):
		status = &StatusError{http.StatusServiceUnavailable, "the server is shutting down"}
	default:
		status = &StatusError{http.StatusInternalServerError, http.StatusText(http.StatusInternalServerError)}
		h.report(r, err)
	}
	if w.flushed {
		panic(http.ErrAbortHandler)
	}
	w.replace(status)
}

// failDetached reports the error of a handler that can answer its client no
// more.
func (h *Handler) failDetached(r *http.Request, err error) {
	var status *StatusError
	if err != nil && !errors.As(err, &status) && !errors.Is(err, async.ErrClosed) {
		h.report(r, err)
	}
}

func (h *Handler) report(r *http.Request, err error) {
	gone := r.Context()
	switch {
	case async.IsCanceled(err) || errors.Is(err, context.Canceled):
	case gone.Err() == context.Canceled && errors.Is(err, context.Cause(gone)):
	case h.OnError != nil:
		h.OnError(r, err)
	default:
		slog.Error("asynchttp: a handler failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
}
