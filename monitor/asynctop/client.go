package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// A client asks the monitor of a program.
type client struct {
	http   *http.Client
	socket string
}

// timeout is how long an answer may take: the program may be busy.
const timeout = 10 * time.Second

// connect makes a client of the monitor at a socket.
func connect(socket string) *client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}
	return &client{&http.Client{Transport: &http.Transport{DialContext: dial}, Timeout: timeout}, socket}
}

func (c *client) close() { c.http.CloseIdleConnections() }

// get asks for a path, and reads the answer into v.
func (c *client) get(ctx context.Context, path string, query url.Values, v any) error {
	return c.do(ctx, http.MethodGet, path+"?"+query.Encode(), nil, v)
}

// post sends a request that changes something.
func (c *client) post(ctx context.Context, path string, body any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.do(ctx, http.MethodPost, path, data, nil)
}

func (c *client) do(ctx context.Context, method, path string, body []byte, v any) error {
	r, err := http.NewRequestWithContext(ctx, method, "http://localhost/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("no monitor answers at %s: does the program run, with its socket there? %w", c.socket, bare(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 300 {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 4096))
		return errors.New(strings.TrimPrefix(strings.TrimSpace(string(text)), "monitor: "))
	}
	if v == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(v)
}

// bare returns err without the URL, which says nothing here.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
