package asynchttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
)

// A RequestError is the error of a request that was not answered.
type RequestError struct {
	// Err says what went wrong: a *url.Error.
	Err error

	// Sent tells that the server may have seen the request, or a part of
	// it, and may have done what it asks for. If it is false the request
	// surely never left.
	Sent bool
}

// Error returns the text of the error, and whether the request may have run.
func (e *RequestError) Error() string {
	if e.Sent {
		return fmt.Sprintf("asynchttp: %v (the server may have seen the request)", e.Err)
	}
	return fmt.Sprintf("asynchttp: %v", e.Err)
}

// Unwrap returns the error.
func (e *RequestError) Unwrap() error { return e.Err }

// An exchange is a request as it goes on, and the context that it has.
//
// A request that may have run is never sent a second time. net/http would do
// that for one without a body, or whose body it can get again, when a
// connection that was used before breaks before the answer. So the next
// connection that such a request is given is closed before a byte of it can
// leave.
type exchange struct {
	lifetime
	trace   httptrace.ClientTrace
	sent    atomic.Bool // some of it may have left
	waits   atomic.Bool // so it has, on a connection of its own, and no answer has begun
	reused  atomic.Bool // its connection was used before
	refused atomic.Bool // it would have been sent again
}

var errUnanswered = fmt.Errorf("the server closed the connection before it answered: %w", io.ErrUnexpectedEOF)

// newExchange returns the exchange of a request that the task of ctx makes.
func newExchange(ctx context.Context) *exchange {
	e := new(exchange)
	e.trace.GotConn = e.gotConn
	e.trace.WroteHeaderField = e.wrote
	e.trace.GotFirstResponseByte = e.answered
	e.values = httptrace.WithClientTrace(context.WithoutCancel(ctx), &e.trace)
	return e
}

func (e *exchange) gotConn(info httptrace.GotConnInfo) {
	e.reused.Store(info.Reused)
	if e.waits.Load() {
		e.refused.Store(true)
		e.end()
		_ = info.Conn.Close()
	}
}

func (e *exchange) wrote(field string, _ []string) {
	e.sent.Store(true)
	if field == "Host" { // of HTTP/1; what HTTP/2 sends again has surely not run
		e.waits.Store(true)
	}
}

// answered lets a redirect be sent.
func (e *exchange) answered() { e.waits.Store(false) }

// send does r, whose context is e. A request that met a connection which the
// server had closed, and of which not a byte had left, is sent once more on
// another.
func (e *exchange) send(client *http.Client, r *http.Request) (*http.Response, error) {
	for again := false; ; again = true {
		response, err := client.Do(r)
		if err == nil {
			return response, nil
		}
		if e.refused.Load() {
			err = &url.Error{Op: r.Method, URL: r.URL.Redacted(), Err: errUnanswered}
		}
		failed := &RequestError{Err: err, Sent: e.sent.Load()}
		if failed.Sent || !e.reused.Load() || again || e.Err() != nil {
			return nil, failed
		}
		if r.Body, err = rewound(r); err != nil {
			return nil, failed
		}
		e.reused.Store(false)
	}
}

// rewound returns the body of r to be sent again, if it can be.
func rewound(r *http.Request) (io.ReadCloser, error) {
	switch {
	case r.Body == nil || r.Body == http.NoBody:
		return r.Body, nil
	case r.GetBody == nil:
		return nil, errors.ErrUnsupported
	}
	return r.GetBody()
}
