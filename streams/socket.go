package streams

import (
	"context"
	"fmt"
	"net"

	"github.com/gobaton/async"
)

// A Socket is a connection without buffers: what asyncio's sock_ methods do to
// a socket. One task receives and one sends at a time.
type Socket struct {
	conn     Conn
	loop     *async.Loop
	readable *async.Notifier
	writable *async.Notifier
}

// Connect connects a socket to an address; asyncio's sock_connect. It suspends.
// If ctx is canceled first, it leaves no connection behind.
func Connect(ctx context.Context, network, address string) (*Socket, error) {
	return new(Options).Connect(ctx, network, address)
}

// Connect does what the function Connect does, with these options.
func (o *Options) Connect(ctx context.Context, network, address string) (*Socket, error) {
	conn, err := o.network().Dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return NewSocket(async.RunningLoop(ctx), conn), nil
}

// NewSocket makes a Socket of a connection, which belongs to it from then on.
func NewSocket(loop *async.Loop, conn Conn) *Socket {
	s := &Socket{conn: conn, loop: loop}
	s.readable = loop.NewNotifier(awaited{"bytes from %v", conn.RemoteAddr}, conn.Outside())
	s.writable = loop.NewNotifier(awaited{"room to send to %v", conn.RemoteAddr}, conn.Outside())
	conn.Attach(s.readable, s.writable)
	return s
}

// awaited is what a task waits for, with an address.
type awaited struct {
	format string
	addr   func() net.Addr
}

// String returns the text.
func (a awaited) String() string { return fmt.Sprintf(a.format, a.addr()) }

// Recv receives up to n bytes, at least one; asyncio's sock_recv. It suspends
// only if nothing is there. At the end of the stream it returns io.EOF. If ctx
// is canceled first, nothing is lost.
func (s *Socket) Recv(ctx context.Context, n int) ([]byte, error) {
	p := make([]byte, n)
	n, err := s.RecvInto(ctx, p)
	return p[:n], err
}

// RecvInto does what Recv does, into p; asyncio's sock_recv_into.
func (s *Socket) RecvInto(ctx context.Context, p []byte) (int, error) {
	for {
		n, err := s.conn.TryRead(p)
		if err != ErrNotReady {
			return n, err
		}
		if err := s.readable.Wait(ctx); err != nil {
			return 0, err
		}
	}
}

// SendAll sends all of p; asyncio's sock_sendall. It suspends while there is no
// room. If ctx is canceled, or there is an error, it is not known how much was
// sent.
func (s *Socket) SendAll(ctx context.Context, p []byte) error {
	for {
		n, err := s.conn.TryWrite(p)
		p = p[n:]
		if err == nil && s.conn.Unsent() > 0 {
			err = ErrNotReady
		}
		if err != ErrNotReady {
			return err
		}
		if err := s.writable.Wait(ctx); err != nil {
			return err
		}
	}
}

// CloseWrite lets the other side read io.EOF.
func (s *Socket) CloseWrite() error { return s.conn.CloseWrite() }

// Close closes the socket. Waits end with net.ErrClosed.
func (s *Socket) Close() error { return s.conn.Close() }

// LocalAddr returns the address on this side.
func (s *Socket) LocalAddr() net.Addr { return s.conn.LocalAddr() }

// RemoteAddr returns the address on the other side.
func (s *Socket) RemoteAddr() net.Addr { return s.conn.RemoteAddr() }

// An Acceptor is a socket that listens.
type Acceptor struct {
	listener   Listener
	loop       *async.Loop
	acceptable *async.Notifier
}

// Listen opens a socket that listens on an address. It may suspend, while a
// name is looked up.
func Listen(ctx context.Context, network, address string) (*Acceptor, error) {
	return new(Options).Listen(ctx, network, address)
}

// Listen does what the function Listen does, with these options.
func (o *Options) Listen(ctx context.Context, network, address string) (*Acceptor, error) {
	l, err := o.network().Listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	a := &Acceptor{listener: l, loop: async.RunningLoop(ctx)}
	a.acceptable = a.loop.NewNotifier(awaited{"a connection to %v", l.Addr}, l.Outside())
	l.Attach(a.acceptable)
	return a, nil
}

// Accept takes a connection; asyncio's sock_accept. It suspends only if none
// has come. If ctx is canceled first, none is lost.
func (a *Acceptor) Accept(ctx context.Context) (*Socket, error) {
	for {
		conn, err := a.listener.TryAccept()
		if err == nil {
			return NewSocket(a.loop, conn), nil
		}
		if err != ErrNotReady {
			return nil, err
		}
		if err := a.acceptable.Wait(ctx); err != nil {
			return nil, err
		}
	}
}

// Addr returns the address that the socket listens on.
func (a *Acceptor) Addr() net.Addr { return a.listener.Addr() }

// Close closes the socket. Waits end with net.ErrClosed.
func (a *Acceptor) Close() error { return a.listener.Close() }
