package streams

import (
	"context"
	"net"

	"github.com/gobaton/async"
)

// A PacketSocket sends and receives datagrams. A bounded number of them waits
// to be received; more are lost, as is the way of datagrams. One task receives
// and one sends at a time.
type PacketSocket struct {
	conn     PacketConn
	readable *async.Notifier
	writable *async.Notifier
}

// ListenPacket opens a socket for datagrams on an address. It may suspend,
// while a name is looked up.
func ListenPacket(ctx context.Context, network, address string) (*PacketSocket, error) {
	return new(Options).ListenPacket(ctx, network, address)
}

// ListenPacket does what the function ListenPacket does, with these options.
func (o *Options) ListenPacket(ctx context.Context, network, address string) (*PacketSocket, error) {
	conn, err := o.network().ListenPacket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l := async.RunningLoop(ctx)
	s := &PacketSocket{conn: conn}
	s.readable = l.NewNotifier(awaited{"a datagram to %v", conn.LocalAddr}, conn.Outside())
	s.writable = l.NewNotifier(awaited{"room to send from %v", conn.LocalAddr}, conn.Outside())
	conn.Attach(s.readable, s.writable)
	return s, nil
}

// RecvFrom receives a datagram into p; asyncio's sock_recvfrom_into. What does
// not fit into p is lost. It suspends only if none has come. If ctx is canceled
// first, none is lost.
func (s *PacketSocket) RecvFrom(ctx context.Context, p []byte) (n int, from net.Addr, err error) {
	for {
		n, from, err := s.conn.TryReadFrom(p)
		if err != ErrNotReady {
			return n, from, err
		}
		if err := s.readable.Wait(ctx); err != nil {
			return 0, nil, err
		}
	}
}

// SendTo sends a datagram; asyncio's sock_sendto. It suspends while there is no
// room. If ctx is canceled first, nothing was sent.
func (s *PacketSocket) SendTo(ctx context.Context, p []byte, to net.Addr) error {
	for {
		err := s.conn.TryWriteTo(p, to)
		if err != ErrNotReady {
			return err
		}
		if err := s.writable.Wait(ctx); err != nil {
			return err
		}
	}
}

// LocalAddr returns the address that the socket was bound to.
func (s *PacketSocket) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// Close closes the socket. Who waits gets net.ErrClosed.
func (s *PacketSocket) Close() error { return s.conn.Close() }
