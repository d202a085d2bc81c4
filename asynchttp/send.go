package asynchttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
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

// send does r with ctx. A request that met a connection which the server had
// closed, and of which not a byte had left, is sent once more on another.
func send(ctx context.Context, client *http.Client, r *http.Request) (*http.Response, error) {
	body := r.Body
	for again := false; ; again = true {
		var sent, reused atomic.Bool
		trace := &httptrace.ClientTrace{
			GotConn:          func(info httptrace.GotConnInfo) { reused.Store(info.Reused) },
			WroteHeaderField: func(string, []string) { sent.Store(true) },
		}
		attempt := r.WithContext(httptrace.WithClientTrace(ctx, trace))
		attempt.Body = body
		response, err := client.Do(attempt)
		if err == nil {
			return response, nil
		}
		failed := &RequestError{Err: err, Sent: sent.Load()}
		if failed.Sent || !reused.Load() || again || ctx.Err() != nil {
			return nil, failed
		}
		if body, err = rewound(r); err != nil {
			return nil, failed
		}
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

// once is a transport that never sends a request twice. That of net/http
// repeats one without a body, or whose body it can get again, when the
// connection breaks before the answer, although it may have run. It does not
// where it cannot know the body.
type once struct{ http.RoundTripper }

// RoundTrip carries a request.
func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	unique := *r
	unique.GetBody = nil
	if r.Body == nil || r.Body == http.NoBody {
		unique.Body = emptyBody{}
		if usuallyLacksBody(r.Method) { // else net/http starts a goroutine and a timer to find out that the body is empty
			unique.TransferEncoding = identity
		}
	}
	return o.RoundTripper.RoundTrip(&unique)
}

// identity has a body sent as it is.
var identity = []string{"identity"}

func usuallyLacksBody(method string) bool {
	switch method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

// CloseIdleConnections closes those of the transport, if it has any.
func (o once) CloseIdleConnections() {
	if t, ok := o.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// emptyBody is a body that ends at once.
type emptyBody struct{}

func (emptyBody) Read([]byte) (int, error) { return 0, io.EOF }
func (emptyBody) Close() error             { return nil }

// WriteTo writes nothing: without it, net/http would copy with a buffer of 32
// KiB.
func (emptyBody) WriteTo(io.Writer) (int64, error) { return 0, nil }
