package protocol

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// A Server makes a protocol for each connection that comes; asyncio.Server.
type Server struct {
	ctx        context.Context
	loop       *async.Loop
	options    Options
	factory    Factory
	listener   streams.Listener
	acceptor   *async.Callback
	transports []*Transport // in the order they came
	opening    int          // connections without a transport yet
	closed     bool
	over       primitives.Event
	stopped    primitives.Event
}

// Listen listens on an address and makes a protocol for each connection;
// asyncio's create_server, and create_unix_server with "unix". The network and
// the address are those of package net. It suspends, and the server accepts
// when it returns.
func Listen(ctx context.Context, network, address string, factory Factory) (*Server, error) {
	return new(Options).Listen(ctx, network, address, factory)
}

// startTurns is how long a server takes to start, as asyncio's.
const startTurns = 4

// Listen does what the function Listen does, with these options.
func (o *Options) Listen(ctx context.Context, network, address string, factory Factory) (*Server, error) {
	l, err := o.network().Listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := &Server{ctx: ctx, loop: async.RunningLoop(ctx), options: *o, factory: factory, listener: l}
	s.acceptor = s.loop.NewCallback(s.accept)
	l.Attach(s.acceptor)
	if l.Outside() {
		s.loop.Expect(1)
	}
	s.acceptor.Enqueue()
	for range startTurns {
		if err := async.Yield(ctx); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// acceptRetry is how long a server pauses after an error, as asyncio's.
const acceptRetry = time.Second

// atOnce is how many connections are accepted in one turn.
const atOnce = 100

func (s *Server) accept() {
	for range atOnce {
		conn, err := s.listener.TryAccept()
		switch {
		case err == streams.ErrNotReady || errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			s.loop.Report(async.ErrorEvent{Message: "no connection could be accepted", Err: err})
			s.loop.CallLater(acceptRetry, s.acceptor.Enqueue)
			return
		}
		s.opening++
		async.Go(s.ctx, func(ctx context.Context) error { return s.open(ctx, conn) })
	}
	s.acceptor.Enqueue()
}

// open puts a protocol on a connection.
func (s *Server) open(ctx context.Context, conn streams.Conn) (err error) {
	defer func() {
		s.opening--
		s.settle()
	}()
	if s.options.TLS != nil {
		if conn, err = streams.ServerTLS(ctx, conn, s.options.TLS); err != nil {
			return err
		}
	}
	var t *Transport
	t = newTransport(s.loop, conn, s.factory(), func() { s.remove(t) })
	s.transports = append(s.transports, t)
	return nil
}

func (s *Server) remove(t *Transport) {
	for i, x := range s.transports {
		if x == t {
			s.transports = append(s.transports[:i], s.transports[i+1:]...)
			break
		}
	}
	s.settle()
}

func (s *Server) settle() {
	if s.closed && len(s.transports)+s.opening == 0 {
		s.over.Set()
	}
}

// Addr returns the address that the server listens on; asyncio's
// Server.sockets.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// IsServing reports whether the server accepts connections.
func (s *Server) IsServing() bool { return !s.closed }

// Close ends the listening; connections go on. It never suspends.
func (s *Server) Close() {
	if s.closed {
		return
	}
	s.closed = true
	_ = s.listener.Close()
	if s.listener.Outside() {
		s.loop.Expect(-1)
	}
	s.stopped.Set()
	s.settle()
}

// CloseClients closes all connections, when what was written has been sent;
// asyncio's close_clients. It never suspends.
func (s *Server) CloseClients() {
	for _, t := range s.transports {
		t.Close()
	}
}

// AbortClients closes all connections at once; asyncio's abort_clients. It
// never suspends.
func (s *Server) AbortClients() {
	for _, t := range s.transports {
		t.Abort()
	}
}

// Wait suspends until the server is closed and all its connections are lost;
// asyncio's wait_closed. If ctx is canceled first, it returns ctx's error.
func (s *Server) Wait(ctx context.Context) error { return s.over.Wait(ctx) }

// Serve suspends until the server is closed; asyncio's serve_forever. If ctx is
// canceled, it closes the server and its connections, waits until they are
// lost, and returns ctx's error.
func (s *Server) Serve(ctx context.Context) error {
	err := s.stopped.Wait(ctx)
	if err == nil {
		return nil
	}
	s.Close()
	s.CloseClients()
	if late := s.Wait(async.Uncancel(ctx)); late != nil {
		return late
	}
	return err
}
