//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams_test

import (
	"context"
	"errors"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func TestWriterControlReachesTheSocket(t *testing.T) {
	for name, pair := range map[string]func(ctx context.Context) (a, b streams.Conn, err error){
		"poller":     over(new(streams.System), "tcp", "127.0.0.1:0"),
		"goroutines": over(&streams.System{Goroutines: true}, "tcp", "127.0.0.1:0"),
		"TLS":        encrypted(over(new(streams.System), "tcp", "127.0.0.1:0")),
	} {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				a, b, err := pair(ctx)
				require.NoError(t, err)
				_, w := streams.New(async.RunningLoop(ctx), a)
				var set error
				require.NoError(t, w.Control(func(fd uintptr) {
					set = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 0)
				}))
				require.NoError(t, set)
				w.Abort()
				err = nil
				for err == nil { // a turn later, and a goroutine may close
					require.NoError(t, async.Yield(ctx))
					err = w.Control(func(uintptr) {})
				}
				require.ErrorIs(t, err, net.ErrClosed)
				require.NoError(t, b.Close())
			})
		})
	}
	asynctestRun(t, func(ctx context.Context) {
		a, _ := streams.Pipe(async.RunningLoop(ctx))
		_, w := streams.New(async.RunningLoop(ctx), a)
		require.ErrorIs(t, w.Control(func(uintptr) {}), errors.ErrUnsupported)
		w.Abort()
	})
}
