package asynchttp

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// A Response is the answer to a request; aiohttp's ClientResponse. Its Body
// awaits.
type Response struct {
	*http.Response
	Body
}

// Close gives the connection back: to the client for further requests if the
// body was read to its end, and closed otherwise. It never suspends, and may be
// called again.
func (r *Response) Close() {
	if r.life == nil {
		return // all of it was read
	}
	if !r.ended {
		r.life.end() // so that closing waits for nothing
	}
	_ = r.source.Close()
	r.life.end()
}

// Check returns a [*StatusError] with the beginning of the body unless the
// status is one of success, 2xx; aiohttp's raise_for_status. It suspends the
// task to read that.
func (r *Response) Check(ctx context.Context) error {
	if r.StatusCode/100 == 2 {
		return nil
	}
	text := make([]byte, 1<<10)
	n, err := r.Read(ctx, text)
	if err != nil && err != io.EOF {
		return err
	}
	return &StatusError{Status: r.StatusCode, Text: string(text[:n])}
}

// A StatusError is a status that is not one of success. A handler that returns
// one answers with it.
type StatusError struct {
	Status int    // such as 404
	Text   string // the body, or its beginning
}

// Error returns the status and its text.
func (e *StatusError) Error() string {
	return fmt.Sprintf("asynchttp: status %d %s: %s", e.Status, http.StatusText(e.Status), e.Text)
}
