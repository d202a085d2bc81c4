package streams_test

import (
	"context"
	"crypto/tls"
	"math/rand/v2"
	"net"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
	"github.com/gobaton/async/streams/streamstest"
)

// really runs f in a task of a loop by the machine's clock.
func really(t *testing.T, f func(ctx context.Context)) {
	t.Helper()
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error { f(ctx); return nil }))
}

// connect makes a connection over a network.
func connect(ctx context.Context, n streams.Network, network, address string) (a, b streams.Conn, err error) {
	l, err := n.Listen(ctx, network, address)
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	dialed := async.GoValue(ctx, func(ctx context.Context) (streams.Conn, error) {
		return n.Dial(ctx, network, l.Addr().String())
	})
	ready := async.RunningLoop(ctx).NewNotifier(l.Addr(), l.Outside())
	l.Attach(ready)
	for {
		b, err = l.TryAccept()
		if err == streams.ErrNotReady {
			if err = ready.Wait(ctx); err == nil {
				continue
			}
		}
		if err != nil {
			return nil, nil, err
		}
		a, err = dialed.Await(ctx)
		return a, b, err
	}
}

func over(n streams.Network, network, address string) func(ctx context.Context) (a, b streams.Conn, err error) {
	return func(ctx context.Context) (a, b streams.Conn, err error) { return connect(ctx, n, network, address) }
}

// encrypted is pair with TLS.
func encrypted(pair func(ctx context.Context) (a, b streams.Conn, err error)) func(ctx context.Context) (a, b streams.Conn, err error) {
	return func(ctx context.Context) (a, b streams.Conn, err error) {
		if a, b, err = pair(ctx); err != nil {
			return nil, nil, err
		}
		server := async.GoValue(ctx, func(ctx context.Context) (streams.Conn, error) {
			return streams.ServerTLS(ctx, b, &tls.Config{Certificates: []tls.Certificate{certificate}})
		})
		if a, err = streams.ClientTLS(ctx, a, trusting()); err != nil {
			return nil, nil, err
		}
		b, err = server.Await(ctx)
		return a, b, err
	}
}

func memoryPair(ctx context.Context) (a, b streams.Conn, err error) {
	a, b = streams.Pipe(async.RunningLoop(ctx))
	return a, b, nil
}

func choppyPair(ctx context.Context) (a, b streams.Conn, err error) {
	a, b = streams.Pipe(async.RunningLoop(ctx))
	chance := rand.New(rand.NewPCG(1, 2))
	return streamstest.Choppy(a, chance, 7000), streamstest.Choppy(b, chance, 7000), nil
}

func wrappedPair(ctx context.Context) (a, b streams.Conn, err error) {
	x, y := net.Pipe()
	if a, err = streams.Wrap(async.RunningLoop(ctx), x); err != nil {
		return nil, nil, err
	}
	b, err = streams.Wrap(async.RunningLoop(ctx), y)
	return a, b, err
}

func socketPath(t *testing.T) string { return filepath.Join(t.TempDir(), "s") }

func TestConnectionsOfTheSystem(t *testing.T) {
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			n := &streams.System{Goroutines: goroutines}
			tcp := over(n, "tcp", "127.0.0.1:0")
			t.Run("TCP", func(t *testing.T) { streamstest.Test(t, streamstest.Kind{Run: really, Pair: tcp}) })
			t.Run("TLS", func(t *testing.T) { streamstest.Test(t, streamstest.Kind{Run: really, Pair: encrypted(tcp)}) })
			t.Run("Unix", func(t *testing.T) {
				streamstest.Test(t, streamstest.Kind{Run: really, Pair: func(ctx context.Context) (a, b streams.Conn, err error) {
					return connect(ctx, n, "unix", socketPath(t))
				}})
			})
		})
	}
}

func TestWrappedConnections(t *testing.T) {
	streamstest.Test(t, streamstest.Kind{Run: really, Pair: wrappedPair, NoHalf: true})
}

func TestConnectionsInMemory(t *testing.T) {
	t.Run("pair", func(t *testing.T) { streamstest.Test(t, streamstest.Kind{Run: asynctestRun, Pair: memoryPair}) })
	t.Run("network", func(t *testing.T) {
		streamstest.Test(t, streamstest.Kind{Run: asynctestRun, Pair: over(new(streams.Memory), "tcp", "localhost:80")})
	})
	t.Run("in pieces", func(t *testing.T) { streamstest.Test(t, streamstest.Kind{Run: asynctestRun, Pair: choppyPair}) })
	t.Run("TLS", func(t *testing.T) {
		streamstest.Test(t, streamstest.Kind{Run: asynctestRun, Pair: encrypted(memoryPair)})
	})
	t.Run("TLS in pieces", func(t *testing.T) {
		streamstest.Test(t, streamstest.Kind{Run: asynctestRun, Pair: encrypted(choppyPair)})
	})
	t.Run("by the machine's clock", func(t *testing.T) { streamstest.Test(t, streamstest.Kind{Run: really, Pair: memoryPair}) })
}

func asynctestRun(t *testing.T, f func(ctx context.Context)) { asynctest.Run(t, f) }
