package streams

import (
	"context"
	"crypto/tls"
	"net"

	"github.com/gobaton/async"
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
	r, w := New(async.RunningLoop(ctx), conn)
	r.Limit = o.Limit
	return r, w, nil
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
