package streams_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// heap returns the number of bytes in use.
func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

func TestWriterToASlowReaderKeepsNoMoreThanItsWaterMarks(t *testing.T) {
	tcp := func(goroutines bool) func(ctx context.Context) (a, b streams.Conn, err error) {
		return over(&streams.System{Goroutines: goroutines}, "tcp", "127.0.0.1:0")
	}
	for name, pair := range map[string]func(ctx context.Context) (a, b streams.Conn, err error){
		"poller": tcp(false), "goroutines": tcp(true), "TLS": encrypted(tcp(false)),
	} {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				a, b, err := pair(ctx)
				require.NoError(t, err)
				l := async.RunningLoop(ctx)
				_, w := streams.New(l, a)
				r, w2 := streams.New(l, b)
				const high, piece = 128 << 10, 32 << 10
				w.SetLimits(high, 0)
				data := make([]byte, piece)
				before := heap()
				written := 0
				for err == nil {
					_, err = w.Write(data)
					require.NoError(t, err)
					written += piece
					require.LessOrEqual(t, w.Unsent(), high+2*piece)
					err = async.Timeout(ctx, 50*time.Millisecond, w.Drain)
				}
				require.ErrorIs(t, err, async.ErrTimeout)
				require.Greater(t, written, high)
				require.Less(t, heap()-before, 2<<20, "after %d bytes that nobody reads", written)
				_, err = r.ReadExactly(ctx, written)
				require.NoError(t, err)
				require.NoError(t, w.Drain(ctx))
				w.Abort()
				w2.Abort()
			})
		})
	}
}

func TestServersClosedUnderLoadEndEveryConnection(t *testing.T) {
	really(t, func(ctx context.Context) {
		o := &streams.Options{Loops: 2}
		s, err := o.StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) { return echo, nil })
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
		_, err = async.Gather(ctx, clients...)
		require.NoError(t, err)
	})
}
