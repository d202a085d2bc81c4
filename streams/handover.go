package streams

import (
	"net"
	"slices"
	"sync"

	"github.com/gobaton/async"
)

// source is where a loop of Servers has its connections from.
type source interface {
	// listen makes the listener of a hub's loop, which it belongs to from
	// then on.
	listen(h *hub) (Listener, error)

	Addr() net.Addr
	Close() error
}

// ownSource is a listener of one loop.
type ownSource struct {
	net.Listener
	system *System
}

func (s ownSource) listen(h *hub) (Listener, error) { return s.system.listener(h, s.Listener) }

// handOver is a listener that several loops share: a goroutine accepts, and
// hands each connection over to the next loop.
type handOver struct {
	system    *System
	listener  net.Listener
	report    func(e *async.ErrorEvent)
	goroutine sync.WaitGroup
	done      chan struct{} // closed with it

	mu      sync.Mutex
	changed sync.Cond // there is room, or less to wait for
	closed  bool
	takers  []*handedListener
	next    int // of takers, is asked first
}

// newHandOver returns the listeners of n loops.
func newHandOver(system *System, l net.Listener, n int) []source {
	h := &handOver{system: system, listener: l, done: make(chan struct{})}
	h.changed.L = &h.mu
	sources := make([]source, n)
	for i := range sources {
		q := &handedListener{from: h}
		h.takers = append(h.takers, q)
		sources[i] = q
	}
	return sources
}

func (h *handOver) start() { h.goroutine.Go(h.acceptAll) }

// acceptAll accepts until the listener is closed.
func (h *handOver) acceptAll() {
	for {
		c, err := h.listener.Accept()
		switch {
		case err == nil && !h.give(c):
			_ = c.Close()
		case err != nil && !h.pause(err):
			return
		}
	}
}

// pause waits for a while after an error, and reports whether to go on then.
func (h *handOver) pause(err error) bool {
	select {
	case <-h.done:
		return false
	default:
	}
	h.report(&async.ErrorEvent{Message: "no connection could be accepted", Err: err})
	return pauseAccepting(h.done)
}

// handedAhead is how many connections wait for a loop; the others wait in the
// system.
const handedAhead = 128

// give hands a connection over to a loop that has room, and waits for one. It
// returns false if none takes connections any more.
func (h *handOver) give(c net.Conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for !h.closed {
		open := 0
		for range h.takers {
			q := h.takers[h.next]
			h.next = (h.next + 1) % len(h.takers)
			if q.closed {
				continue
			}
			if open++; len(q.queue) < handedAhead {
				q.queue = append(q.queue, c)
				wake(q.onAccept)
				return true
			}
		}
		if open == 0 {
			return false
		}
		h.changed.Wait()
	}
	return false
}

// close ends the listener, and waits for the goroutine. Connections that no
// loop has accepted are closed, as the system does with those that wait for a
// listener.
func (h *handOver) close() {
	h.mu.Lock()
	was := h.closed
	h.closed = true
	h.changed.Broadcast()
	var left []net.Conn
	for _, q := range h.takers {
		left = append(left, q.shut()...)
	}
	h.mu.Unlock()
	closeAll(left)
	if !was {
		close(h.done)
		_ = h.listener.Close()
	}
	h.goroutine.Wait()
}

func closeAll(conns []net.Conn) {
	for _, c := range conns {
		_ = c.Close()
	}
}

// handedListener is what a loop has of a handOver.
type handedListener struct {
	from *handOver
	hub  *hub // nil: no loop has it yet

	// Under from.mu:
	queue    []net.Conn
	closed   bool
	onAccept Turn
}

func (q *handedListener) listen(h *hub) (Listener, error) {
	q.hub = h
	h.open[q] = struct{}{}
	return q, nil
}

// TryAccept implements Listener.
func (q *handedListener) TryAccept() (Conn, error) {
	c, err := q.take()
	if err != nil {
		return nil, err
	}
	return q.from.system.conn(q.hub, c)
}

func (q *handedListener) take() (net.Conn, error) {
	q.from.mu.Lock()
	defer q.from.mu.Unlock()
	switch {
	case q.closed:
		return nil, net.ErrClosed
	case len(q.queue) == 0:
		return nil, ErrNotReady
	}
	c := q.queue[0]
	q.queue = q.queue[1:]
	q.from.changed.Broadcast()
	return c, nil
}

// Attach implements Listener.
func (q *handedListener) Attach(acceptable Turn) {
	q.from.mu.Lock()
	defer q.from.mu.Unlock()
	q.onAccept = acceptable
}

// Outside implements Listener.
func (q *handedListener) Outside() bool { return true }

// Addr implements Listener.
func (q *handedListener) Addr() net.Addr { return q.from.listener.Addr() }

// Close implements Listener. Connections that the loop has not accepted are
// closed, and later ones are the other loops'. With that of the last loop the
// listener itself is closed.
func (q *handedListener) Close() error {
	if q.hub != nil {
		delete(q.hub.open, q)
	}
	h := q.from
	h.mu.Lock()
	left := q.shut()
	h.changed.Broadcast()
	last := !slices.ContainsFunc(h.takers, func(q *handedListener) bool { return !q.closed })
	h.mu.Unlock()
	closeAll(left)
	if last {
		h.close()
	}
	return nil
}

// shut lets the loop take no more, and returns what it has not accepted. The
// caller holds from.mu.
func (q *handedListener) shut() []net.Conn {
	left := q.queue
	q.closed, q.queue = true, nil
	wake(q.onAccept)
	return left
}
