package streams

import (
	"context"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// Servers serve one address with several loops, each with a [Server] of its
// own. A connection is served by one of them from its beginning to its end. The
// loops run at once: handlers of one loop share plain data with each other, and
// with those of other loops they share what goroutines may.
//
// Servers belong to the loop that they were started in, and end with it at the
// latest. What their loops would report to their error handlers goes to its.
type Servers struct {
	loop    *async.Loop
	hub     *hub
	portal  *async.Portal // to loop, for reports
	shared  *handOver     // nil: each loop has a listener of its own
	addr    net.Addr
	loops   []*serverLoop
	closed  bool
	stopped primitives.Event // set when closed
	over    primitives.Event // set when the loops have ended
	ending  sync.Once
}

// StartServers listens on an address and serves it with one loop for each core,
// or as many as Options say. newHandler is called once in a task of each loop,
// and makes the Handler of its connections: what it makes beside is the state
// of that loop alone.
//
// Where the system spreads connections itself each loop has a listener of its
// own (SO_REUSEPORT; Linux and FreeBSD, for TCP). Elsewhere one goroutine
// accepts and hands connections over to the loops in turn.
//
// StartServers suspends; the loops accept when it returns. If newHandler fails
// in one loop, or ctx is canceled first, nothing is left behind. It panics
// where the loop's time is virtual.
func StartServers(ctx context.Context, network, address string, newHandler func(ctx context.Context) (Handler, error)) (*Servers, error) {
	return new(Options).StartServers(ctx, network, address, newHandler)
}

// StartServers does what the function StartServers does, with these options. It
// panics if Network is not a [System]: others belong to one loop.
func (o *Options) StartServers(ctx context.Context, network, address string, newHandler func(ctx context.Context) (Handler, error)) (*Servers, error) {
	return o.StartConnServers(ctx, network, address, func(ctx context.Context) (ConnHandler, error) {
		handler, err := newHandler(ctx)
		return handler.onConn, err
	})
}

// StartConnServers does what StartServers does, for connections that are not
// served as streams.
func (o *Options) StartConnServers(ctx context.Context, network, address string, newHandler func(ctx context.Context) (ConnHandler, error)) (*Servers, error) {
	mustBeReal()
	h, err := hubOf(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := o.sources(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s := &Servers{loop: h.loop, hub: h, portal: h.loop.Portal(), addr: sources[0].Addr()}
	if q, ok := sources[0].(*handedListener); ok {
		s.shared = q.from
		s.shared.report = s.report
	}
	h.open[(*serversEnd)(s)] = struct{}{}
	started := false
	defer func() {
		if !started {
			s.abandon(async.Uncancel(ctx), sources)
		}
	}()
	if err := s.start(ctx, *o, sources, newHandler); err != nil {
		return nil, err
	}
	started = true
	async.Go(ctx, s.wait)
	return s, nil
}

// abandon ends what has begun, though not all could begin.
func (s *Servers) abandon(ctx context.Context, sources []source) {
	_ = s.end(ctx)
	for _, source := range sources { // those that no loop had yet
		_ = source.Close()
	}
}

// loops returns how many loops serve.
func (o *Options) loops() int {
	if o.Loops > 0 {
		return o.Loops
	}
	return runtime.GOMAXPROCS(0)
}

// start starts the loops, and then their servers.
func (s *Servers) start(ctx context.Context, o Options, sources []source, newHandler func(ctx context.Context) (ConnHandler, error)) error {
	for range sources {
		l := &serverLoop{runner: &async.Runner{OnError: s.report, ReturnPanics: true}}
		if err := l.run(ctx); err != nil {
			return err
		}
		s.loops = append(s.loops, l)
		var err error
		if l.handler, err = async.CallValue(ctx, l.portal, newHandler); err != nil {
			return err
		}
	}
	for i, l := range s.loops {
		err := async.Call(ctx, l.portal, func(ctx context.Context) error { return l.serve(ctx, o, sources[i]) })
		if err != nil {
			return err
		}
	}
	if s.shared != nil {
		s.shared.start()
	}
	return nil
}

// wait ends the loops when their servers have.
func (s *Servers) wait(ctx context.Context) error {
	for _, l := range s.loops {
		err := async.Call(ctx, l.portal, l.server.Wait)
		if async.IsCanceled(err) {
			return err // s ends with its loop
		}
	}
	return s.end(ctx)
}

// end ends the loops, off the loop, as their tasks may need a while for it.
func (s *Servers) end(ctx context.Context) error {
	return async.ToThread(ctx, func(context.Context) error { s.endLoops(); return nil })
}

// endLoops ends the loops, once. It blocks until they have ended.
func (s *Servers) endLoops() {
	s.ending.Do(func() {
		if s.shared != nil {
			s.shared.close()
		}
		for _, l := range s.loops {
			if err := l.runner.Close(); err != nil {
				s.report(&async.ErrorEvent{Message: "the end of a loop of a server", Err: err})
			}
		}
		_, _ = s.portal.CallSoonThreadsafe(s.settle)
		_ = s.portal.Close()
	})
}

// settle wakes those that wait until nothing is left.
func (s *Servers) settle() {
	delete(s.hub.open, (*serversEnd)(s))
	s.closed = true
	s.stopped.Set()
	s.over.Set()
}

// serversEnd are servers that their loop's end leaves behind.
type serversEnd Servers

// Close ends the loops, and cancels what runs in them.
func (e *serversEnd) Close() error {
	(*Servers)(e).endLoops()
	return nil
}

// report tells the error handler of the loop that s belongs to, or the log if
// that has ended. It may be called from any goroutine.
func (s *Servers) report(e *async.ErrorEvent) {
	if _, err := s.portal.CallSoonThreadsafe(func() { s.loop.Report(*e) }); err != nil {
		slog.Error("async: "+e.Message, "task", e.Task, "error", e.Err)
	}
}

// forEach lets f be called in each loop that is still there.
func (s *Servers) forEach(f func(*Server)) {
	for _, l := range s.loops {
		_, _ = l.portal.CallSoonThreadsafe(func() { f(l.server) })
	}
}

// Each calls f in each loop with its server, one after the other, and returns
// the first error. It suspends. f runs as a task of that loop: what it shares
// with the caller needs no lock, as the caller waits. After the end of a loop
// the error is async.ErrClosed.
//
// If ctx is canceled first, so is f, and Each returns ctx's error when f has
// ended.
func (s *Servers) Each(ctx context.Context, f func(ctx context.Context, server *Server) error) error {
	for _, l := range s.loops {
		err := async.Call(ctx, l.portal, func(ctx context.Context) error { return f(ctx, l.server) })
		if err != nil {
			return err
		}
	}
	return nil
}

// Addr returns the address that the servers listen on.
func (s *Servers) Addr() net.Addr { return s.addr }

// IsServing reports whether the servers accept connections.
func (s *Servers) IsServing() bool { return !s.closed }

// Close ends the listening of all loops. Connections go on, and the loops end
// after the last. It never suspends.
func (s *Servers) Close() {
	if s.closed {
		return
	}
	s.closed = true
	if s.shared != nil {
		s.shared.close()
	}
	s.forEach((*Server).Close)
	s.stopped.Set()
}

// CloseClients does what [Server.CloseClients] does, in each loop. It never
// suspends.
func (s *Servers) CloseClients() { s.forEach((*Server).CloseClients) }

// AbortClients does what [Server.AbortClients] does, in each loop. It never
// suspends.
func (s *Servers) AbortClients() { s.forEach((*Server).AbortClients) }

// Wait suspends until the servers are closed, their connections and handlers
// have ended, and so have the loops. If ctx is canceled first, it returns ctx's
// error.
func (s *Servers) Wait(ctx context.Context) error { return s.over.Wait(ctx) }

// Serve suspends until the servers are closed. If ctx is canceled, it closes
// them and their connections, waits until all has ended, and returns ctx's
// error.
func (s *Servers) Serve(ctx context.Context) error {
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

// Shutdown closes the servers and gives all handlers the time grace to end by
// themselves; all else is as with [Server.Shutdown]. When it returns, the loops
// have ended.
func (s *Servers) Shutdown(ctx context.Context, grace time.Duration) error {
	s.Close()
	err := async.Timeout(ctx, grace, s.Wait)
	if err == nil {
		return nil
	}
	s.forEach((*Server).kill)
	if late := s.Wait(async.Uncancel(ctx)); late != nil {
		return late
	}
	return err
}
