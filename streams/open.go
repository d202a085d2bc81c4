package streams

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// OpenConnection connects to an address and returns a Reader and a Writer for
// the connection; asyncio's open_connection, and open_unix_connection with
// "unix". The network and the address are those of package net. It suspends.
//
// If ctx is canceled first, it returns ctx's error and leaves no connection
// behind.
func OpenConnection(ctx context.Context, network, address string) (*Reader, *Writer, error) {
	return new(Options).OpenConnection(ctx, network, address)
}

// Options are those of OpenConnection, StartServer and StartServers, which use
// the zero Options.
type Options struct {
	// Network makes the connections; nil: the machine's.
	Network Network

	// TLS encrypts the connections; nil: they are not. For a client it
	// needs no ServerName: that is the host of the address then.
	TLS *tls.Config

	// Limit is that of the Readers; 0: DefaultLimit.
	Limit int

	// Listener is what a server accepts from, in place of listening;
	// asyncio's sock. It belongs to the server from then on, and the
	// network and the address that the server is given do not count. The
	// Network is a System.
	Listener net.Listener

	// Loops is how many loops StartServers has; 0: one for each core.
	Loops int
}

func (o *Options) network() Network {
	if o.Network == nil {
		return new(System)
	}
	return o.Network
}

// OpenConnection does what the function OpenConnection does, with these
// options.
func (o *Options) OpenConnection(ctx context.Context, network, address string) (*Reader, *Writer, error) {
	conn, err := o.network().Dial(ctx, network, address)
	if err != nil {
		return nil, nil, err
	}
	if o.TLS != nil {
		if conn, err = ClientTLS(ctx, conn, o.clientTLS(address)); err != nil {
			return nil, nil, err
		}
	}
	return o.open(ctx, conn)
}

// open puts a Reader and a Writer on a connection, and returns in the turn
// after that, as asyncio does when connection_made was called.
func (o *Options) open(ctx context.Context, conn Conn) (*Reader, *Writer, error) {
	var r *Reader
	var w *Writer
	var made primitives.Event
	loop := async.RunningLoop(ctx)
	call := loop.CallSoon(func() {
		r, w = New(loop, conn)
		r.Limit = o.Limit
		made.Set()
	})
	err := made.Wait(ctx)
	switch {
	case err == nil:
		return r, w, nil
	case w != nil:
		w.Abort()
	default:
		call.Cancel()
		_ = conn.Close()
	}
	return nil, nil, err
}

// clientTLS returns o.TLS with a name.
func (o *Options) clientTLS(address string) *tls.Config {
	if o.TLS.ServerName != "" || o.TLS.InsecureSkipVerify {
		return o.TLS
	}
	named := o.TLS.Clone()
	if host, _, err := net.SplitHostPort(address); err == nil {
		named.ServerName = host
	}
	return named
}
