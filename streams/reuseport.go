package streams

import (
	"context"
	"strings"
	"syscall"
)

// sources listens on an address, for as many loops as there are to be.
func (o *Options) sources(ctx context.Context, network, address string) ([]source, error) {
	system, ok := o.network().(*System)
	if !ok {
		panic("streams: StartServers with a Network that is not a System and so belongs to one loop: use StartServer, or give its net.Listener as Options.Listener")
	}
	n, l := o.loops(), o.Listener
	if l == nil {
		var err error
		if reusePort != 0 && strings.HasPrefix(network, "tcp") {
			return system.listenEach(ctx, network, address, n)
		}
		if l, err = system.listen(ctx, network, address); err != nil {
			return nil, err
		}
	}
	return newHandOver(system, l, n), nil
}

// listenEach opens n listeners on one address, among which the system spreads
// connections. A first one that shares with nobody finds out whether the
// address is free, and which port it has: one that shares would share it with
// another program of the same user, too.
func (s *System) listenEach(ctx context.Context, network, address string, n int) (sources []source, err error) {
	first, err := s.listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	address = first.Addr().String()
	_ = first.Close()
	config := s.listenConfig()
	config.Control = thenReusePort(config.Control)
	for range n {
		l, err := config.Listen(context.WithoutCancel(ctx), network, address)
		if err != nil {
			for _, source := range sources {
				_ = source.Close()
			}
			return nil, err
		}
		sources = append(sources, ownSource{l, s})
	}
	return sources, nil
}

// listenControl is a net.ListenConfig's.
type listenControl = func(network, address string, c syscall.RawConn) error

// thenReusePort returns a control that lets a socket share its port, after what
// before does.
func thenReusePort(before listenControl) listenControl {
	return func(network, address string, c syscall.RawConn) error {
		if before != nil {
			if err := before(network, address, c); err != nil {
				return err
			}
		}
		return setReusePort(c)
	}
}
