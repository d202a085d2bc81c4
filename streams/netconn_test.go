package streams_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

func TestAStreamIsANetConnForFunctionsOffTheLoop(t *testing.T) {
	really(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		r, w := streams.New(l, b)
		server := async.Go(ctx, func(ctx context.Context) error { return echo(ctx, r, w) })
		ar, aw := streams.New(l, a)
		c := streams.NetConn(l, ar, aw)
		require.NoError(t, async.ToThread(ctx, func(context.Context) error {
			lines := bufio.NewScanner(c)
			for i := range 10 {
				if _, err := fmt.Fprintln(c, "line", i); err != nil {
					return err
				}
				if !lines.Scan() || lines.Text() != fmt.Sprint("line ", i) {
					return fmt.Errorf("%q: %w", lines.Text(), lines.Err())
				}
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
				return fmt.Errorf("after the deadline: %w", err)
			}
			return c.Close()
		}))
		require.NoError(t, server.Wait(ctx))
		require.NoError(t, w.Close())
		require.NoError(t, async.ToThread(ctx, func(context.Context) error {
			if _, err := c.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("after Close: %w", err)
			}
			if err := c.Close(); !errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("a second Close: %w", err)
			}
			return nil
		}))
	})
}

func TestANetConnInVirtualTimePanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, _ := streams.Pipe(l)
		r, w := streams.New(l, a)
		defer w.Abort()
		defer func() { require.Contains(t, fmt.Sprint(recover()), "time is virtual") }()
		streams.NetConn(l, r, w)
	})
}

func TestAServerClosedUnderLoadEndsEveryConnection(t *testing.T) {
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				o := &streams.Options{Network: &streams.System{Goroutines: goroutines}}
				s, err := o.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
				require.NoError(t, err)
				answers := 0
				client := func(ctx context.Context) error {
					r, w, err := o.OpenConnection(ctx, "tcp", s.Addr().String())
					if !s.IsServing() && errors.As(err, new(*net.OpError)) {
						return nil // it came too late
					}
					if err != nil {
						return err
					}
					defer w.Close()
					for {
						if _, err := ask(ctx, r, w, "hello"); err != nil {
							if errors.Is(err, io.EOF) || errors.As(err, new(*net.OpError)) {
								return nil
							}
							return err
						}
						answers++
					}
				}
				clients := make([]async.Awaitable[async.Void], 50)
				for i := range clients {
					clients[i] = async.Go(ctx, client)
				}
				for answers < 500 {
					require.NoError(t, async.Sleep(ctx, time.Millisecond))
				}
				require.ErrorIs(t, s.Shutdown(ctx, time.Millisecond), async.ErrTimeout)
				require.Zero(t, s.Clients())
				_, err = async.Gather(ctx, clients...)
				require.NoError(t, err)
			})
		})
	}
}
