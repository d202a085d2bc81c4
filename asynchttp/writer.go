package asynchttp

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gobaton/async"
)

// A Request is a request that a [Handler] answers. Its Body awaits.
type Request struct {
	*http.Request
	Body
}

// A ResponseWriter collects the answer to a request. What was written goes out
// with Flush, and when the handler has returned.
type ResponseWriter struct {
	raw       http.ResponseWriter
	collected []byte
	status    int
	flushed   bool          // something has gone out
	writing   bool          // a Flush is under way
	abandoned chan struct{} // closed when a flush that was canceled has ended
	detached  bool          // others answer
}

// Header returns the header to send. Changes after the first Flush have no
// effect.
func (w *ResponseWriter) Header() http.Header { return w.raw.Header() }

// WriteHeader sets the status, 200 unless it is called. After the first Flush
// it has no effect.
func (w *ResponseWriter) WriteHeader(status int) { w.status = status }

// Write collects p; io.Writer. It never suspends, nor fails.
func (w *ResponseWriter) Write(p []byte) (int, error) {
	w.collected = append(w.collected, p...)
	return len(p), nil
}

// WriteString collects s; io.StringWriter. It never suspends, nor fails.
func (w *ResponseWriter) WriteString(s string) (int, error) {
	w.collected = append(w.collected, s...)
	return len(s), nil
}

// Raw returns the writer of net/http, for what needs it on the goroutine of the
// server. It must not be used while a Flush is under way.
func (w *ResponseWriter) Raw() http.ResponseWriter { return w.raw }

// Detach leaves the answer to the user of Raw: what was collected, and what the
// handler returns, is not sent. It is for a connection that is taken over, such
// as a WebSocket's.
func (w *ResponseWriter) Detach() { w.detached = true }

// Flush sends what was collected, and the header before that. It suspends the
// task until the connection has taken it, which is how a slow client slows down
// the handler.
//
// If ctx is canceled first, Flush returns its error, and what it was sending
// may reach the client in part. Flush panics while another task flushes.
func (w *ResponseWriter) Flush(ctx context.Context) error {
	if w.writing {
		panic("asynchttp: two tasks flush one answer: let one task do so")
	}
	w.writing, w.flushed = true, true
	defer func() { w.writing = false }()
	data := w.collected
	w.collected = nil
	var state atomic.Int32
	sent := make(chan struct{})
	err := async.ToThread(ctx, func(context.Context) error {
		if !state.CompareAndSwap(flushWaits, flushBegun) {
			return nil
		}
		defer close(sent)
		return w.send(data)
	})
	if ctx.Err() != nil && !state.CompareAndSwap(flushWaits, flushDropped) {
		w.abandoned = sent
	}
	return err
}

// How far a flush has come off the loop.
const (
	flushWaits int32 = iota
	flushBegun
	flushDropped // it will not begin
)

// send writes to the connection; off the loop.
func (w *ResponseWriter) send(data []byte) error {
	w.begin()
	if _, err := w.raw.Write(data); err != nil {
		return err
	}
	return http.NewResponseController(w.raw).Flush()
}

func (w *ResponseWriter) begin() {
	if w.status != http.StatusOK {
		w.raw.WriteHeader(w.status)
		w.status = http.StatusOK
	}
}

// awaitAbandoned waits for a flush that a cancellation has left behind: the
// connection must not be written to when the handler has returned. A client
// that takes nothing does not hold it up.
func (w *ResponseWriter) awaitAbandoned() {
	if w.abandoned == nil {
		return
	}
	select {
	case <-w.abandoned:
	default:
		_ = http.NewResponseController(w.raw).SetWriteDeadline(time.Now())
		<-w.abandoned
	}
}

// replace makes the answer that of an error.
func (w *ResponseWriter) replace(e *StatusError) {
	header := w.raw.Header()
	header.Del("Content-Length")
	header.Set("Content-Type", "text/plain; charset=utf-8")
	header.Set("X-Content-Type-Options", "nosniff")
	w.status, w.collected = e.Status, []byte(e.Text+"\n")
}

// sendRest sends what the handler has left, on the goroutine of the server.
func (w *ResponseWriter) sendRest() {
	w.begin()
	_, _ = w.raw.Write(w.collected)
}
