package streams_test

import (
	"context"
	"io"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// networks are those that the socket layer is tested on.
var networks = map[string]struct {
	run     func(t *testing.T, f func(ctx context.Context))
	network func() streams.Network
}{
	"system":     {really, func() streams.Network { return new(streams.System) }},
	"goroutines": {really, func() streams.Network { return &streams.System{Goroutines: true} }},
	"memory":     {asynctestRun, func() streams.Network { return new(streams.Memory) }},
}

func onNetworks(t *testing.T, f func(t *testing.T, ctx context.Context, o *streams.Options)) {
	for name, n := range networks {
		t.Run(name, func(t *testing.T) {
			n.run(t, func(ctx context.Context) { f(t, ctx, &streams.Options{Network: n.network()}) })
		})
	}
}

func TestSocketsAcceptReceiveAndSend(t *testing.T) {
	onNetworks(t, func(t *testing.T, ctx context.Context, o *streams.Options) {
		a, err := o.Listen(ctx, "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		server := async.Go(ctx, func(ctx context.Context) error {
			c, err := a.Accept(ctx)
			if err != nil {
				return err
			}
			defer c.Close()
			for {
				data, err := c.Recv(ctx, 1000)
				if err == io.EOF {
					return c.SendAll(ctx, []byte("that was all"))
				}
				if err == nil {
					err = c.SendAll(ctx, data)
				}
				if err != nil {
					return err
				}
			}
		})
		c, err := o.Connect(ctx, "tcp", a.Addr().String())
		require.NoError(t, err)
		require.Equal(t, a.Addr().String(), c.RemoteAddr().String())
		sent := make([]byte, 1<<20)
		sender := async.Go(ctx, func(ctx context.Context) error {
			if err := c.SendAll(ctx, sent); err != nil {
				return err
			}
			return c.CloseWrite()
		})
		got, buf := 0, make([]byte, 10_000)
		for {
			n, err := c.RecvInto(ctx, buf)
			got += n
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
		}
		require.Equal(t, len(sent)+len("that was all"), got)
		require.NoError(t, sender.Wait(ctx))
		require.NoError(t, server.Wait(ctx))
		require.NoError(t, c.Close())
		require.NoError(t, a.Close())
		_, err = a.Accept(ctx)
		require.ErrorIs(t, err, net.ErrClosed)
		_, err = c.Recv(ctx, 1)
		require.ErrorIs(t, err, net.ErrClosed)
	})
}

func TestClosingASocketWakesWhoWaits(t *testing.T) {
	onNetworks(t, func(t *testing.T, ctx context.Context, o *streams.Options) {
		a, err := o.Listen(ctx, "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		p, err := o.ListenPacket(ctx, "udp", "127.0.0.1:0")
		require.NoError(t, err)
		accept := async.Go(ctx, func(ctx context.Context) error { _, err := a.Accept(ctx); return err })
		receive := async.Go(ctx, func(ctx context.Context) error {
			_, _, err := p.RecvFrom(ctx, make([]byte, 1))
			return err
		})
		require.NoError(t, async.Sleep(ctx, time.Millisecond))
		require.NoError(t, a.Close())
		require.NoError(t, p.Close())
		require.ErrorIs(t, accept.Wait(ctx), net.ErrClosed)
		require.ErrorIs(t, receive.Wait(ctx), net.ErrClosed)
		require.ErrorIs(t, a.Close(), net.ErrClosed)
	})
}

func TestHostsAreLookedUp(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		there := netip.MustParseAddr("192.0.2.1")
		m := &streams.Memory{Hosts: map[string][]netip.Addr{"example.org": {there}}}
		got, err := m.Lookup(ctx, "example.org")
		require.NoError(t, err)
		require.Equal(t, []netip.Addr{there}, got)
		_, err = m.Lookup(ctx, "example.com")
		var missing *net.DNSError
		require.ErrorAs(t, err, &missing)
		require.True(t, missing.IsNotFound)
		got, err = m.Lookup(ctx, "192.0.2.1")
		require.NoError(t, err)
		require.Equal(t, []netip.Addr{there}, got)
	})
	really(t, func(ctx context.Context) {
		got, err := new(streams.System).Lookup(ctx, "127.0.0.1")
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.True(t, got[0].Unmap().IsLoopback())
	})
}
