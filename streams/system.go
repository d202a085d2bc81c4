package streams

import (
	"context"
	"net"
	"net/netip"

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
	c, err := openAway(ctx, func(ctx context.Context) (net.Conn, error) { return d.DialContext(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	return s.conn(h, c)
}

// openAway runs open off the loop and returns what it has opened. What comes
// with a cancellation, or after it, is closed.
func openAway[T closer](ctx context.Context, open func(ctx context.Context) (T, error)) (T, error) {
	return async.ToThreadAcquire(ctx, open, func(opened T) { _ = opened.Close() })
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
	l, err := s.listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return s.listener(h, l)
}

// listen listens as package net does.
func (s *System) listen(ctx context.Context, network, address string) (net.Listener, error) {
	config := s.listenConfig()
	return openNear(ctx, address, func(ctx context.Context) (net.Listener, error) { return config.Listen(ctx, network, address) })
}

// listener makes a Listener of what package net has made.
func (s *System) listener(h *hub, l net.Listener) (Listener, error) {
	if h.poller != nil && !s.Goroutines {
		return adoptListener(h, l)
	}
	return WrapListener(h.loop, l)
}

// listenConfig returns a copy of the configuration.
func (s *System) listenConfig() (config net.ListenConfig) {
	if s.ListenConfig != nil {
		config = *s.ListenConfig
	}
	return config
}

// openNear does what openAway does, only where open may have to look a name up.
func openNear[T closer](ctx context.Context, address string, open func(ctx context.Context) (T, error)) (T, error) {
	host, _, err := net.SplitHostPort(address)
	if _, bad := netip.ParseAddr(host); err != nil || host == "" || bad == nil {
		return open(context.WithoutCancel(ctx))
	}
	return openAway(ctx, open)
}

// ListenPacket implements Network. It suspends while a goroutine looks a name
// up.
func (s *System) ListenPacket(ctx context.Context, network, address string) (PacketConn, error) {
	mustBeReal()
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	config := s.listenConfig()
	c, err := openNear(ctx, address, func(ctx context.Context) (net.PacketConn, error) { return config.ListenPacket(ctx, network, address) })
	if err != nil {
		return nil, err
	}
	if h.poller != nil && !s.Goroutines {
		return adoptPackets(h, c)
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
