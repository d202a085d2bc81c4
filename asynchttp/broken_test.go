package asynchttp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// byHand serves each connection with f, and then resets it.
func byHand(t *testing.T, f func(conn net.Conn)) (base string) {
	listener, base := listen(t)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			f(conn)
			_ = conn.(*net.TCPConn).SetLinger(0)
			_ = conn.Close()
		}
	}()
	return base
}

func TestAnAnswerResetAtEachByte(t *testing.T) {
	var cut atomic.Int64
	base := byHand(t, func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, fine[:cut.Load()])
		}
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		for i := range len(fine) + 1 {
			cut.Store(int64(i))
			page, err := client.GetBytes(ctx, base)
			var failed *asynchttp.RequestError
			if errors.As(err, &failed) {
				require.True(t, failed.Sent, "%q", fine[:i])
			}
			if err == nil {
				require.Equal(t, len(fine), i)
				require.Equal(t, "ok", string(page))
			}
		}
	})
}

func TestARequestResetAtEachByte(t *testing.T) {
	var read atomic.Int64
	base := byHand(t, func(conn net.Conn) { _, _ = io.CopyN(io.Discard, conn, read.Load()) })
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		for i := range 120 { // about the header, and some of the body
			read.Store(int64(i))
			_, err := client.Post(ctx, base, "text/plain", strings.NewReader(strings.Repeat("x", 1<<10)))
			var failed *asynchttp.RequestError
			require.ErrorAs(t, err, &failed)
		}
	})
}

func TestAnAnswerThatComesByteByByteIsWhole(t *testing.T) {
	base := byHand(t, func(conn net.Conn) {
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		for i := range fine {
			_, _ = io.WriteString(conn, fine[i:i+1])
		}
		_, _ = io.Copy(io.Discard, conn) // until the client closes
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		page, err := client.GetBytes(ctx, base)
		require.NoError(t, err)
		require.Equal(t, "ok", string(page))
		client.Close()
	})
}

// A server that drips for ever holds up nothing but its own request, which a
// timeout ends, with its connection.
func TestAnAnswerThatDripsForEverEndsWithItsTimeout(t *testing.T) {
	gone := make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/drip" {
			_, _ = io.WriteString(w, "ok")
			return
		}
		defer close(gone)
		for tick := time.NewTicker(time.Millisecond); r.Context().Err() == nil; <-tick.C {
			_, _ = io.WriteString(w, ".")
			w.(http.Flusher).Flush()
		}
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		drip := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, 20*time.Millisecond, func(ctx context.Context) error {
				_, err := client.GetBytes(ctx, base+"/drip")
				return err
			})
		})
		page, err := client.GetBytes(ctx, base)
		require.NoError(t, err)
		require.Equal(t, "ok", string(page))
		require.ErrorIs(t, drip.Wait(ctx), async.ErrTimeout)
		_, _, err = async.Recv(ctx, gone)
		require.NoError(t, err)
	})
}

// A client that sends half of a body and goes away is an error of the handler's
// read; what is no HTTP never reaches the handler.
func TestHandlerOfBrokenRequests(t *testing.T) {
	read := make(chan error, 1)
	handler := &asynchttp.Handler{
		Finish: true,
		Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
			_, err := r.ReadAll(ctx)
			read <- err
			return nil
		},
	}
	serveTasks(t, handler, func(ctx context.Context, url string) {
		send := func(text string) {
			conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
			require.NoError(t, err)
			_, err = io.WriteString(conn, text)
			require.NoError(t, err)
			require.NoError(t, conn.Close())
		}
		send("\x16\x03\x01 what\r\n\r\n")
		send("POST / HTTP/1.1\r\nHost: x\r\nContent-Le")
		send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf")
		err, _, failure := async.Recv(ctx, read)
		require.NoError(t, failure)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.Empty(t, read)
	})
}

// Each request that a handler has begun is answered, however many come while
// the server drains.
func TestServeUnderLoadLosesNoRequestThatItBegan(t *testing.T) {
	const workers, each, stopAfter = 30, 100, 300
	listener, base := listen(t)
	begun, answered := map[string]bool{}, map[string]bool{}
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		var serving *async.Task[async.Void]
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				begun[r.URL.Path] = true
				if len(begun) == stopAfter {
					serving.Cancel()
				}
				for range 5 {
					if err := async.Yield(ctx); err != nil {
						return err
					}
				}
				_, err := w.WriteString(r.URL.Path)
				return err
			},
		}
		serving = async.Go(ctx, func(ctx context.Context) error {
			require.NoError(t, asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Minute))
			return nil
		})
		err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			for i := range workers {
				tg.Go(func(ctx context.Context) error {
					for j := range each {
						path := fmt.Sprintf("/%d/%d", i, j)
						page, err := client.GetBytes(ctx, base+path)
						if err != nil {
							return nil // the server is closed
						}
						require.Equal(t, path, string(page))
						answered[path] = true
					}
					return nil
				})
			}
			return nil
		})
		require.NoError(t, err)
		client.Close()
		_ = serving.Wait(ctx)
	})
	require.GreaterOrEqual(t, len(begun), stopAfter)
	require.Less(t, len(begun), workers*each)
	require.Equal(t, begun, answered)
}
