package protocol

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// A Factory makes the protocol of a connection.
type Factory func() Protocol

// Options are those of Dial, Listen and ListenPacket, which use the zero
// Options.
type Options struct {
	// Network makes the connections; nil: the machine's.
	Network streams.Network

	// TLS encrypts the connections; nil: they are not. For a client it
	// needs no ServerName: that is the host of the address then.
	TLS *tls.Config

	// Listener is what a server accepts from, in place of listening; see
	// [streams.Options].
	Listener net.Listener

	// Loops is how many loops ListenServers has; 0: one for each core.
	Loops int
}

func (o *Options) network() streams.Network {
	if o.Network == nil {
		return new(streams.System)
	}
	return o.Network
}

// Dial connects to an address and returns the connection's transport, whose
// protocol the factory has made; asyncio's create_connection, and
// create_unix_connection with "unix". The network and the address are those of
// package net. It suspends; ConnectionMade has been called when it returns.
//
// If ctx is canceled first, it returns ctx's error and leaves no connection
// behind.
func Dial(ctx context.Context, network, address string, factory Factory) (*Transport, error) {
	return new(Options).Dial(ctx, network, address, factory)
}

// Dial does what the function Dial does, with these options.
func (o *Options) Dial(ctx context.Context, network, address string, factory Factory) (*Transport, error) {
	conn, err := o.network().Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if o.TLS != nil {
		config := o.TLS
		if host, _, err := net.SplitHostPort(address); err == nil && config.ServerName == "" {
			config = config.Clone()
			config.ServerName = host
		}
		if conn, err = streams.ClientTLS(ctx, conn, config); err != nil {
			return nil, err
		}
	}
	return Connect(ctx, conn, factory)
}

// Connect puts a protocol on a connection that is there already; asyncio's
// connect_accepted_socket. It returns when ConnectionMade has been called, two
// turns later.
func Connect(ctx context.Context, conn streams.Conn, factory Factory) (*Transport, error) {
	var made primitives.Event
	t := newTransport(async.RunningLoop(ctx), conn, factory(), false, &made)
	if err := made.Wait(ctx); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}
