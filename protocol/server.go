package protocol

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// Listen listens on an address and makes a protocol for each connection;
// asyncio's create_server, and create_unix_server with "unix". The network and
// the address are those of package net. It suspends, and the server accepts
// when it returns.
func Listen(ctx context.Context, network, address string, factory Factory) (*streams.Server, error) {
	return new(Options).Listen(ctx, network, address, factory)
}

// Listen does what the function Listen does, with these options.
func (o *Options) Listen(ctx context.Context, network, address string, factory Factory) (*streams.Server, error) {
	return o.streams().StartConnServer(ctx, network, address, factory.onConn)
}

// ListenServers does what [Listen] does, with one loop for each core, or as
// many as Options say. newFactory is called once in a task of each loop, and
// makes the Factory of its connections; see [streams.StartServers].
func ListenServers(ctx context.Context, network, address string, newFactory func(ctx context.Context) (Factory, error)) (*streams.Servers, error) {
	return new(Options).ListenServers(ctx, network, address, newFactory)
}

// ListenServers does what the function ListenServers does, with these options.
func (o *Options) ListenServers(ctx context.Context, network, address string, newFactory func(ctx context.Context) (Factory, error)) (*streams.Servers, error) {
	return o.streams().StartConnServers(ctx, network, address, func(ctx context.Context) (streams.ConnHandler, error) {
		factory, err := newFactory(ctx)
		return factory.onConn, err
	})
}

// streams returns the options as those of package streams.
func (o *Options) streams() *streams.Options {
	return &streams.Options{Network: o.Network, TLS: o.TLS, Listener: o.Listener, Loops: o.Loops}
}

// onConn puts a protocol on a connection of a server.
func (f Factory) onConn(ctx context.Context, c *streams.ServerConn) error {
	t := newTransport(async.RunningLoop(ctx), c.Conn(), f(), true, nil)
	t.onLost = c.Keep(t)
	return nil
}
