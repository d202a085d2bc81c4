package streams

import (
	"context"
	"net"
	"net/netip"
	"sync/atomic"

	"github.com/gobaton/async"
)

// A System is the machine's network. It dials as package net does: names are
// looked up, and several addresses are tried. On Linux, macOS and the BSDs the
// loop itself watches the sockets; elsewhere goroutines read and write them. In
// virtual time and in a bubble of testing/synctest it panics.
//
// The zero System is ready, and what is used where nobody names a Network.
type System struct {
	// Dialer dials; nil: the zero one.
	Dialer *net.Dialer

	// ListenConfig listens; nil: the zero one.
	ListenConfig *net.ListenConfig

	// Resolver looks names up; nil: net.DefaultResolver.
	Resolver *net.Resolver

	// Goroutines makes connections be read and written by goroutines
	// everywhere.
	Goroutines bool
}

// Dial implements Network. It suspends while a goroutine dials. The networks
// are "tcp" and "unix", and what package net has beside those.
func (s *System) Dial(ctx context.Context, network, address string) (Conn, error) {
	mustBeReal()
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	d := s.Dialer
	if d == nil {
		d = new(net.Dialer)
	}
	c, err := handOver(ctx, func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	return s.conn(h, c)
}

// handOver runs open off the loop and returns what it has opened. What comes
// with a cancellation, or after it, is closed.
func handOver[T closer](ctx context.Context, open func(ctx context.Context) (T, error)) (opened T, err error) {
	var kept T
	var decided atomic.Bool // who comes second closes
	err = async.ToThread(ctx, func(ctx context.Context) error {
		c, err := open(ctx)
		if err != nil {
			return err
		}
		if kept = c; !decided.CompareAndSwap(false, true) {
			return c.Close()
		}
		return nil
	})
	if err == nil {
		return kept, nil
	}
	if !decided.CompareAndSwap(false, true) {
		_ = kept.Close()
	}
	return opened, err
}

// conn makes a Conn of what package net has made.
func (s *System) conn(h *hub, c net.Conn) (Conn, error) {
	if h.poller != nil && !s.Goroutines {
		return adoptConn(h, c)
	}
	return Wrap(h.loop, c)
}

// Listen implements Network. It suspends while a goroutine looks a name up.
func (s *System) Listen(ctx context.Context, network, address string) (Listener, error) {
	mustBeReal()
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	config := s.ListenConfig
	if config == nil {
		config = new(net.ListenConfig)
	}
	l, err := openNear(ctx, address, func(ctx context.Context) (net.Listener, error) { return config.Listen(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	if h.poller != nil && !s.Goroutines {
		return adoptListener(h, l)
	}
	return WrapListener(h.loop, l)
}

// openNear does what handOver does, only where open may have to look a name up.
func openNear[T closer](ctx context.Context, address string, open func(ctx context.Context) (T, error)) (T, error) {
	host, _, err := net.SplitHostPort(address)
	if _, bad := netip.ParseAddr(host); err != nil || host == "" || bad == nil {
		return open(context.WithoutCancel(ctx))
	}
	return handOver(ctx, open)
}

// ListenPacket implements Network. It suspends while a goroutine looks a name
// up.
func (s *System) ListenPacket(ctx context.Context, network, address string) (PacketConn, error) {
	mustBeReal()
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	config := s.ListenConfig
	if config == nil {
		config = new(net.ListenConfig)
	}
	c, err := openNear(ctx, address, func(ctx context.Context) (net.PacketConn, error) { return config.ListenPacket(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	return newGoPackets(h, c), nil
}

// Lookup implements Network. It suspends while a goroutine asks.
func (s *System) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	mustBeReal()
	r := s.Resolver
	if r == nil {
		r = net.DefaultResolver
	}
	return async.ToThreadValue(ctx, func(ctx context.Context) ([]netip.Addr, error) {
		return r.LookupNetIP(ctx, "ip", host)
	})
}
