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
	received int // bytes since a task last had to wait
	sent     int
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
// not fit into p is lost. It suspends if none has come, and passes the baton
// now and then where one always has. If ctx is canceled first, none is lost.
func (s *PacketSocket) RecvFrom(ctx context.Context, p []byte) (n int, from net.Addr, err error) {
	if err := pacePackets(ctx, &s.received); err != nil {
		return 0, nil, err
	}
	for {
		n, from, err := s.conn.TryReadFrom(p)
		if err != ErrNotReady {
			s.received += n + packetCost
			return n, from, err
		}
		s.received = 0
		if err := s.readable.Wait(ctx); err != nil {
			return 0, nil, err
		}
	}
}

// packetCost is what a datagram counts as beside its bytes.
const packetCost = 1 << 10

// pacePackets passes the baton if a task has not had to wait for long.
func pacePackets(ctx context.Context, spent *int) error {
	if *spent < budget {
		return nil
	}
	*spent = 0
	return async.Yield(ctx)
}

// SendTo sends a datagram; asyncio's sock_sendto. It suspends while there is no
// room, and passes the baton now and then where there always is. If ctx is
// canceled first, nothing was sent. Where goroutines send, the error may be
// that of a datagram before.
func (s *PacketSocket) SendTo(ctx context.Context, p []byte, to net.Addr) error {
	if err := pacePackets(ctx, &s.sent); err != nil {
		return err
	}
	for {
		err := s.conn.TryWriteTo(p, to)
		if err != ErrNotReady {
			s.sent += len(p) + packetCost
			return err
		}
		s.sent = 0
		if err := s.writable.Wait(ctx); err != nil {
			return err
		}
	}
}

// Dropped returns how many datagrams came and were lost, as nobody had received
// those before them: 0 where the system does not tell, which Linux does.
func (s *PacketSocket) Dropped() uint64 { return s.conn.Dropped() }

// LocalAddr returns the address that the socket was bound to.
func (s *PacketSocket) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// Close closes the socket. Waits end with net.ErrClosed.
func (s *PacketSocket) Close() error { return s.conn.Close() }
