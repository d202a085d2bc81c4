package asynchttp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/readahead"
)

// A Client makes requests; aiohttp's ClientSession. The zero Client is ready.
// Its fields must not change once it was used; tasks of several loops may share
// it.
type Client struct {
	// Transport carries the requests; nil: one of the client's own, with
	// net/http's defaults but for LimitPerHost.
	Transport http.RoundTripper

	// LimitPerHost is how many connections there are to a host at most; 0:
	// any number. A request beyond it waits until the body of another was
	// read to its end or closed. It is for the client's own transport.
	LimitPerHost int

	// Jar keeps cookies; nil: none are kept.
	Jar http.CookieJar

	// CheckRedirect decides whether a redirect is followed, as that of
	// http.Client; nil: ten at most.
	CheckRedirect func(r *http.Request, via []*http.Request) error

	// Header has the headers that each request gets, unless it has them
	// already.
	Header http.Header

	once sync.Once
	http *http.Client
}

// idlePerHost is how many idle connections to a host are kept: net/http's two
// would have a hundred requests at a time dial anew again and again.
const idlePerHost = 100

// base returns the client of net/http, made at the first use.
func (c *Client) base() *http.Client {
	c.once.Do(func() {
		carrier := c.Transport
		if carrier == nil {
			own := http.DefaultTransport.(*http.Transport).Clone()
			own.MaxConnsPerHost, own.MaxIdleConnsPerHost = c.LimitPerHost, idlePerHost
			own.MaxIdleConns = 0
			carrier = own
		}
		c.http = &http.Client{Transport: carrier, Jar: c.Jar, CheckRedirect: c.CheckRedirect}
	})
	return c.http
}

// Close closes the connections that are idle. It never suspends.
func (c *Client) Close() { c.base().CloseIdleConnections() }

// Do sends a request and returns the response when its header has come; its
// body is read with the response's methods, and the caller closes it. Bodies to
// send are read off the loop. A status such as 404 is no error; see
// [Response.Check].
//
// If ctx is canceled first, Do returns its error, the request is ended, and
// nothing of it is left. The error of a request that failed is a
// [*RequestError], which tells whether the server may have seen it.
func (c *Client) Do(ctx context.Context, r *http.Request) (*Response, error) {
	e := newExchange(ctx)
	return c.do(ctx, e, r.WithContext(e))
}

// do does what Do does, for a request with the context e.
func (c *Client) do(ctx context.Context, e *exchange, r *http.Request) (*Response, error) {
	c.addHeader(r)
	got := false
	defer func() {
		if !got { // also where a Goexit ends the task
			e.end()
		}
	}()
	response, err := async.ToThreadAcquire(ctx, func(context.Context) (*http.Response, error) {
		return e.send(c.base(), r) //asyncvet:ignore the body outlives this function
	}, func(late *http.Response) {
		e.end() // before Close, which would wait for the server
		_ = late.Body.Close()
	})
	if err != nil {
		return nil, err
	}
	got = true
	return &Response{Response: response, Body: Body{source: response.Body, life: &e.lifetime}}, nil
}

// doWhole does what do does, for callers that want the whole body: it is read
// in the same trip off the loop. Close has nothing to do.
func (c *Client) doWhole(ctx context.Context, e *exchange, r *http.Request) (*Response, error) {
	c.addHeader(r)
	defer e.end()
	whole := new(Response)
	var failed error // of the body
	err := async.ToThread(ctx, func(context.Context) (err error) {
		if whole.Response, err = e.send(c.base(), r); err == nil {
			body := whole.Response.Body
			text, failure := readAll(body, whole.ContentLength)
			whole.ahead, failed = readahead.Of(text), failure
			_ = body.Close()
		}
		return err
	})
	if err != nil { // whole is the function's, which may still run
		return nil, err
	}
	whole.source, whole.broken, whole.ended = http.NoBody, failed, failed == nil
	return whole, nil
}

// addHeader gives a request the headers that each one gets.
func (c *Client) addHeader(r *http.Request) {
	for name, values := range c.Header {
		if r.Header.Get(name) == "" {
			r.Header[name] = values
		}
	}
}

// Get sends a GET request. All else is as with [Client.Do].
func (c *Client) Get(ctx context.Context, url string) (*Response, error) {
	return c.request(ctx, http.MethodGet, url, "", nil)
}

// Head sends a HEAD request. All else is as with [Client.Do].
func (c *Client) Head(ctx context.Context, url string) (*Response, error) {
	return c.request(ctx, http.MethodHead, url, "", nil)
}

// Post sends a POST request with a body, which is read off the loop. All else
// is as with [Client.Do].
func (c *Client) Post(ctx context.Context, url, contentType string, body io.Reader) (*Response, error) {
	return c.request(ctx, http.MethodPost, url, contentType, body)
}

// PostForm sends the values of a form. All else is as with [Client.Do].
func (c *Client) PostForm(ctx context.Context, url string, form url.Values) (*Response, error) {
	return c.Post(ctx, url, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// GetBytes returns the body of a page. A status that is not of success is a
// [*StatusError]. It suspends the task once, until all has come.
//
// If ctx is canceled first, GetBytes returns its error, and the request is
// ended.
func (c *Client) GetBytes(ctx context.Context, url string) ([]byte, error) {
	response, err := c.whole(ctx, http.MethodGet, url, "", nil)
	if err != nil {
		return nil, err
	}
	if err := response.Check(ctx); err != nil {
		return nil, err
	}
	return response.ReadAll(ctx)
}

// GetJSON decodes the body of a page into v, a pointer. All else is as with
// [Client.GetBytes].
func (c *Client) GetJSON(ctx context.Context, url string, v any) error {
	response, err := c.whole(ctx, http.MethodGet, url, "", nil)
	return decode(ctx, response, err, v)
}

// PostJSON sends v as JSON and decodes the answer into answer, unless that is
// nil. All else is as with [Client.GetBytes].
func (c *Client) PostJSON(ctx context.Context, url string, v, answer any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("asynchttp: the request for %s: %w", url, err)
	}
	response, err := c.whole(ctx, http.MethodPost, url, "application/json", bytes.NewReader(data))
	return decode(ctx, response, err, answer)
}

// decode decodes a response whose body is there.
func decode(ctx context.Context, response *Response, err error, v any) error {
	if err != nil {
		return err
	}
	if err := response.Check(ctx); err != nil {
		return err
	}
	if v == nil {
		_, err := response.ReadAll(ctx)
		return err
	}
	return response.JSON(ctx, v)
}

func (c *Client) request(ctx context.Context, method, url, contentType string, body io.Reader) (*Response, error) {
	e := newExchange(ctx)
	r, err := e.newRequest(method, url, contentType, body)
	if err != nil {
		return nil, err
	}
	return c.do(ctx, e, r)
}

// whole does what request does, for the whole body.
func (c *Client) whole(ctx context.Context, method, url, contentType string, body io.Reader) (*Response, error) {
	e := newExchange(ctx)
	r, err := e.newRequest(method, url, contentType, body)
	if err != nil {
		return nil, err
	}
	return c.doWhole(ctx, e, r)
}

func (e *exchange) newRequest(method, url, contentType string, body io.Reader) (*http.Request, error) {
	r, err := http.NewRequestWithContext(e, method, url, body)
	if err == nil && contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r, err
}
