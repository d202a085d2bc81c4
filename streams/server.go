package streams

import (
	"container/list"
	"context"
	"errors"
	"net"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A Server accepts connections and owns what serves them; asyncio.Server. It
// belongs to the loop that it was started in.
type Server struct {
	ctx      context.Context // whose values the handlers see
	loop     *async.Loop
	options  Options
	handler  ConnHandler
	listener Listener
	acceptor *async.Callback
	clients  *list.List // of *ServerConn, in the order they came
	closed   bool
	over     primitives.Event // set when it is closed and no client is left
	stopped  primitives.Event // set when it is closed
}

// StartServer listens on an address and lets handler serve each connection;
// asyncio's start_server, and start_unix_server with "unix". The network and
// the address are those of package net; with port 0, Addr tells which it is. It
// suspends, and the server accepts when it returns.
func StartServer(ctx context.Context, network, address string, handler Handler) (*Server, error) {
	return new(Options).StartServer(ctx, network, address, handler)
}

// startTurns is how long a server takes to start, as asyncio's.
const startTurns = 4

// StartServer does what the function StartServer does, with these options.
func (o *Options) StartServer(ctx context.Context, network, address string, handler Handler) (*Server, error) {
	return o.StartConnServer(ctx, network, address, handler.onConn)
}

// StartConnServer does what StartServer does, for connections that are not
// served as streams: package protocol's are not.
func (o *Options) StartConnServer(ctx context.Context, network, address string, handler ConnHandler) (*Server, error) {
	l, err := o.listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := newServer(ctx, *o, l, handler)
	for range startTurns {
		if err := async.Yield(ctx); err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// listen opens what a server accepts from.
func (o *Options) listen(ctx context.Context, network, address string) (Listener, error) {
	if o.Listener == nil {
		return o.network().Listen(ctx, network, address)
	}
	system, ok := o.network().(*System)
	if !ok {
		panic("streams: a Listener of package net in Options whose Network is not a System: leave one of them out")
	}
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	return system.listener(h, o.Listener)
}

func newServer(ctx context.Context, o Options, l Listener, handler ConnHandler) *Server {
	s := &Server{ctx: ctx, loop: async.RunningLoop(ctx), options: o, handler: handler, listener: l, clients: list.New()}
	s.acceptor = s.loop.NewCallback(s.accept)
	l.Attach(s.acceptor)
	if l.Outside() {
		s.loop.Expect(1)
	}
	s.acceptor.Enqueue()
	return s
}

// acceptRetry is how long a server pauses after an error, and a listener where
// there are too many descriptors, as asyncio's.
var acceptRetry = time.Second

// atOnce is how many connections are accepted in one turn.
const atOnce = 100

// accept starts a task for each connection that has come.
func (s *Server) accept() {
	for range atOnce {
		conn, err := s.listener.TryAccept()
		switch {
		case err == ErrNotReady || errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			s.loop.Report(async.ErrorEvent{Message: "no connection could be accepted", Err: err})
			s.loop.CallLater(acceptRetry, s.acceptor.Enqueue)
			return
		}
		s.start(conn)
	}
	s.acceptor.Enqueue()
}

// each calls f for each client, in the order they came.
func (s *Server) each(f func(c *ServerConn)) {
	for e := s.clients.Front(); e != nil; {
		next := e.Next()
		f(e.Value.(*ServerConn))
		e = next
	}
}

// settle wakes those that wait until nothing is left.
func (s *Server) settle() {
	if s.closed && s.clients.Len() == 0 {
		s.over.Set()
	}
}

// Addr returns the address that the server listens on; asyncio's
// Server.sockets.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Clients returns the number of connections.
func (s *Server) Clients() int { return s.clients.Len() }

// Loop returns the server's loop; asyncio's Server.get_loop.
func (s *Server) Loop() *async.Loop { return s.loop }

// IsServing reports whether the server accepts connections; asyncio's
// is_serving.
func (s *Server) IsServing() bool { return !s.closed }

// Close ends the listening; asyncio's Server.close. Connections go on. It never
// suspends.
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
// asyncio's close_clients. Their handlers read net.ErrClosed. It never
// suspends.
func (s *Server) CloseClients() {
	s.each(func(c *ServerConn) {
		c.shut = true
		if c.ender != nil {
			c.ender.Close()
		}
	})
}

// AbortClients closes all connections at once; asyncio's abort_clients. It
// never suspends.
func (s *Server) AbortClients() {
	s.each(func(c *ServerConn) {
		if c.shut = true; c.ender != nil {
			c.ender.Abort()
		} else {
			c.cancel() // its handshake may take long
		}
	})
}

// Wait suspends until the server is closed and all its connections and handlers
// have ended; asyncio's wait_closed. If ctx is canceled first, it returns ctx's
// error.
func (s *Server) Wait(ctx context.Context) error { return s.over.Wait(ctx) }

// Serve suspends until the server is closed; asyncio's serve_forever. If ctx is
// canceled, it closes the server and its connections, waits until they have
// ended, and returns ctx's error.
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

// kill closes all connections at once and cancels their handlers.
func (s *Server) kill() {
	s.AbortClients()
	s.each((*ServerConn).cancel)
}

// Shutdown closes the server and gives its handlers the time grace to end by
// themselves. Then it closes their connections at once, cancels them, and waits
// until they have ended. It returns nil if none had to be canceled, and
// async.ErrTimeout otherwise.
//
// If ctx is canceled first, it goes on at once with what follows the time, and
// returns ctx's error.
func (s *Server) Shutdown(ctx context.Context, grace time.Duration) error {
	s.Close()
	err := async.Timeout(ctx, grace, s.Wait)
	if err == nil {
		return nil
	}
	s.kill()
	if late := s.Wait(async.Uncancel(ctx)); late != nil {
		return late
	}
	return err
}
