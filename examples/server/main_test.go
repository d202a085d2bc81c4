package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client does requests, one connection each.
type client struct {
	t    *testing.T
	base string
	http http.Client
}

func (c *client) get(after string) (status int, text string) {
	r, err := c.http.Get(c.base + "/messages?after=" + after)
	require.NoError(c.t, err)
	defer r.Body.Close()
	all, err := io.ReadAll(r.Body)
	require.NoError(c.t, err)
	return r.StatusCode, string(all)
}

func (c *client) post(text string) {
	r, err := c.http.Post(c.base+"/messages", "text/plain", strings.NewReader(text))
	require.NoError(c.t, err)
	require.NoError(c.t, r.Body.Close())
	require.Equal(c.t, http.StatusOK, r.StatusCode)
}

// served runs the server on a board, and calls use with a client, and a portal
// to look at the board. It returns the server's error.
func served(t *testing.T, b *board, use func(c *client, p *async.Portal)) error {
	listener, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	c := &client{t: t, base: "http://" + listener.Addr().String()}
	c.http.Transport = &http.Transport{DisableKeepAlives: true}
	portals, ended := make(chan *async.Portal), make(chan error)
	go func() {
		ended <- async.Run(context.Background(), func(ctx context.Context) error {
			portal := async.RunningLoop(ctx).Portal()
			defer portal.Close()
			portals <- portal
			return serve(ctx, listener, b)
		})
	}()
	use(c, <-portals)
	return <-ended
}

// untilOneWaits returns when a request waits for a message.
func untilOneWaits(t *testing.T, b *board, p *async.Portal) {
	for waiting := 0; waiting == 0; {
		var err error
		waiting, err = async.CallValue(t.Context(), p, func(context.Context) (int, error) { return b.waiting, nil })
		require.NoError(t, err)
	}
}

func TestTheServerAnswersAndDrainsOnSIGTERM(t *testing.T) {
	b := new(board)
	err := served(t, b, func(c *client, p *async.Portal) {
		c.post("hello")
		c.post("world")
		status, text := c.get("0")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "hello\nworld", text)

		answers := make(chan string)
		poll := func(after string) {
			status, text := c.get(after)
			answers <- fmt.Sprint(status, " ", strings.TrimSpace(text))
		}
		go poll("2")
		untilOneWaits(t, b, p)
		c.post("again")
		require.Equal(t, "200 again", <-answers)

		go poll("3")
		untilOneWaits(t, b, p)
		require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
		require.Equal(t, "503 the board closes", <-answers, "it is answered, not cut off")
	})
	require.NoError(t, err)
}

func TestAClientThatGoesAwayTakesItsTaskWithIt(t *testing.T) {
	b := new(board)
	err := served(t, b, func(c *client, p *async.Portal) {
		ctx, leave := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			request, _ := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/messages?after=0", nil)
			_, err := c.http.Do(request)
			gone <- err
		}()
		untilOneWaits(t, b, p)
		leave()
		require.ErrorIs(t, <-gone, context.Canceled)
		for waiting := 1; waiting > 0; {
			waiting, _ = async.CallValue(t.Context(), p, func(context.Context) (int, error) { return b.waiting, nil })
		}
		require.NoError(t, syscall.Kill(syscall.Getpid(), syscall.SIGTERM))
	})
	require.NoError(t, err)
}

func TestWhoWaitsForAMessageIsWokenByIt(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := new(board)
		reader := async.GoValue(ctx, func(ctx context.Context) ([]string, error) { return b.after(ctx, 0) })
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, 1, b.waiting)
		b.post("hello")
		messages, err := reader.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"hello"}, messages)
		require.Zero(t, b.waiting)

		reader = async.GoValue(ctx, func(ctx context.Context) ([]string, error) { return b.after(ctx, 1) })
		require.NoError(t, async.Yield(ctx))
		b.close()
		_, err = reader.Await(ctx)
		require.ErrorIs(t, err, errClosing)
	})
}
