package asynchttp

import (
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

	// Sent tells that the server may have seen the request, or a part of it, and
	// may have done what it asks for. If it is false the request surely never
	// left.
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

// send does r. A request that met a connection which the server had closed, and
// of which not a byte had left, is sent once more on another.
func send(client *http.Client, r *http.Request) (*http.Response, error) {
	for again := false; ; again = true {
		var sent, reused atomic.Bool
		trace := &httptrace.ClientTrace{
			GotConn:          func(info httptrace.GotConnInfo) { reused.Store(info.Reused) },
			WroteHeaderField: func(string, []string) { sent.Store(true) },
		}
		response, err := client.Do(r.WithContext(httptrace.WithClientTrace(r.Context(), trace)))
		if err == nil {
			return response, nil
		}
		if sent.Load() || !reused.Load() || again || r.Context().Err() != nil || !rewind(r) {
			return nil, &RequestError{Err: err, Sent: sent.Load()}
		}
	}
}

// rewind makes the body of r ready to be sent again, if it can.
func rewind(r *http.Request) bool {
	if r.Body == nil || r.Body == http.NoBody {
		return true
	}
	if r.GetBody == nil {
		return false
	}
	body, err := r.GetBody()
	r.Body = body
	return err == nil
}

// once is a transport that never sends a request twice. That of net/http repeats
// one without a body, or whose body it can get again, when the connection breaks
// before the answer, although it may have run. It does not where it cannot know
// the body.
type once struct{ http.RoundTripper }

// RoundTrip carries a request.
func (o once) RoundTrip(r *http.Request) (*http.Response, error) {
	unique := *r
	unique.GetBody = nil
	if r.Body == nil || r.Body == http.NoBody {
		unique.Body = emptyBody{}
	}
	return o.RoundTripper.RoundTrip(&unique)
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
