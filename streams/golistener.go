package streams

import (
	"errors"
	"net"
	"sync"
	"time"

	"github.com/gobaton/async"
)

// goListener is any net.Listener: a goroutine accepts, one connection ahead.
type goListener struct {
	hub      *hub
	listener net.Listener
	onAccept Turn

	mu      sync.Mutex
	changed sync.Cond
	accepts bool
	closed  bool
	done    chan struct{} // closed with it
	next    net.Conn
	err     error
}

// WrapListener makes a Listener of any net.Listener, which belongs to it from
// then on. Its connections are those of [Wrap].
func WrapListener(loop *async.Loop, listener net.Listener) (Listener, error) {
	h, err := hubIn(loop)
	if err != nil {
		return nil, err
	}
	l := &goListener{hub: h, listener: listener, done: make(chan struct{})}
	l.changed.L = &l.mu
	h.open[l] = struct{}{}
	return l, nil
}

// TryAccept implements Listener.
func (l *goListener) TryAccept() (Conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return nil, net.ErrClosed
	case !l.accepts:
		l.accepts = true
		l.hub.goroutines.Go(l.acceptAll)
		return nil, ErrNotReady
	case l.next != nil:
		c := l.next
		l.next = nil
		l.changed.Broadcast()
		return Wrap(l.hub.loop, c)
	case l.err != nil:
		err := l.err
		if !errors.Is(err, net.ErrClosed) {
			l.err = nil
			l.changed.Broadcast()
		}
		return nil, err
	}
	return nil, ErrNotReady
}

func (l *goListener) acceptAll() {
	for {
		c, err := l.listener.Accept()
		if !l.deliver(c, err) || err != nil && !pauseAccepting(l.done) {
			return
		}
	}
}

// pauseAccepting waits for a while after an error, such as that of too many
// descriptors, which would come again at once. It returns false if done is
// closed first.
func pauseAccepting(done <-chan struct{}) bool {
	retry := time.NewTimer(acceptRetry)
	defer retry.Stop()
	select {
	case <-done:
		return false
	case <-retry.C:
		return true
	}
}

// deliver hands a connection, or an error, over, and waits until it was taken.
// It returns false if that was the last: an error, as that of too many
// descriptors, is not, but for that of a listener that is closed.
func (l *goListener) deliver(c net.Conn, err error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next, l.err = c, err
	wake(l.onAccept)
	if errors.Is(err, net.ErrClosed) {
		return false
	}
	for (l.next != nil || l.err != nil) && !l.closed {
		l.changed.Wait()
	}
	if l.closed && l.next != nil {
		_ = l.next.Close()
	}
	return !l.closed
}

// Attach implements Listener.
func (l *goListener) Attach(acceptable Turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.onAccept = acceptable
}

// Outside implements Listener.
func (l *goListener) Outside() bool { return true }

// Addr implements Listener.
func (l *goListener) Addr() net.Addr { return l.listener.Addr() }

// Close implements Listener.
func (l *goListener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	close(l.done)
	delete(l.hub.open, l)
	l.changed.Broadcast()
	wake(l.onAccept)
	return l.listener.Close()
}
