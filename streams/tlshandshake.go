package streams

import (
	"context"
	"runtime/debug"
	"sync/atomic"

	"github.com/gobaton/async"
)

// handshake is the handshake of a tlsConn. It runs on a goroutine, which is let
// go on only while a function off the loop waits for it: signing takes a
// millisecond, and what a tls.Config calls may take any time. So it is counted
// as that function is, and one that waits for the other side holds no thread of
// the executor.
//
// In state parked its fields are the loop's, in state running the goroutine's.
type handshake struct {
	perform  func() error
	in       []byte // from the other side, and not read
	out      []byte // for the other side
	inErr    error  // what comes after in
	outErr   error  // of an earlier write
	err      error  // of the handshake, when it is done
	panicked *async.PanicError
	state    atomic.Int32
	resume   chan struct{}
	yield    chan struct{}
	canceled chan struct{} // closed when nobody waits any more
	done     chan struct{} // closed when the goroutine ends
}

// The states of a handshake.
const (
	parked int32 = iota
	running
	abandoned
)

func newHandshake(perform func() error, early []byte) *handshake {
	h := &handshake{perform: perform, in: early, err: errClosed}
	h.resume, h.yield = make(chan struct{}), make(chan struct{})
	h.canceled, h.done = make(chan struct{}), make(chan struct{})
	go h.run()
	return h
}

func (h *handshake) run() {
	defer close(h.done)
	defer func() {
		if v := recover(); v != nil { // of a function of the tls.Config
			h.panicked = &async.PanicError{Task: "a TLS handshake", Value: v, Stack: debug.Stack()}
		}
	}()
	if h.wait() {
		h.err = h.perform()
	}
}

// wait returns when the handshake is to go on, or false if it is to end.
func (h *handshake) wait() bool {
	select {
	case <-h.resume:
		return true
	case <-h.canceled:
		return false
	}
}

// read reads, in the goroutine, what the loop has fed.
func (h *handshake) read(p []byte) (int, error) {
	for len(h.in) == 0 {
		if h.inErr != nil {
			return 0, h.inErr
		}
		select {
		case h.yield <- struct{}{}:
		case <-h.canceled:
			return 0, errClosed
		}
		if !h.wait() {
			return 0, errClosed
		}
	}
	n := copy(p, h.in)
	h.in = h.in[n:]
	return n, nil
}

// write keeps, in the goroutine, what the loop is to send.
func (h *handshake) write(p []byte) (int, error) {
	if h.outErr != nil {
		return 0, h.outErr
	}
	h.out = append(h.out, p...)
	return len(p), nil
}

// step lets the handshake go on, off the loop, until it needs bytes or is done.
// An error is that of ctx; the handshake is abandoned then.
func (h *handshake) step(ctx context.Context) (done bool, err error) {
	done, err = async.ToThreadValue(ctx, func(context.Context) (bool, error) {
		return h.state.CompareAndSwap(parked, running) && h.goOn(), nil
	})
	if err != nil {
		h.abandon()
	}
	return done, err
}

// goOn does what step does. Of a handshake that is abandoned meanwhile it
// awaits the end: as long as anything runs, the loop does not end.
func (h *handshake) goOn() (done bool) {
	select {
	case h.resume <- struct{}{}:
	case <-h.done: // it was abandoned just now, and has noticed first
	}
	select {
	case <-h.yield:
	case <-h.done:
		done = true
	}
	if !h.state.CompareAndSwap(running, parked) {
		<-h.done
	}
	return done
}

// abandon ends the handshake: now, or in its own time if it computes.
func (h *handshake) abandon() {
	close(h.canceled)
	if h.state.Swap(abandoned) == parked {
		<-h.done // it only has to notice
	}
}

// outcome returns the error of the handshake, or panics as it did.
func (h *handshake) outcome() error {
	if h.panicked != nil {
		panic(h.panicked)
	}
	return h.err
}

// handshake performs the handshake, and suspends until it is done.
func (c *tlsConn) handshake(ctx context.Context, early []byte) error {
	ready := c.loop.NewNotifier((*awaitedHandshake)(c), c.inner.Outside())
	c.inner.Attach(ready, ready)
	h := newHandshake(c.tls.Handshake, early)
	c.shaking = h
	for {
		done, err := h.step(ctx)
		if err != nil {
			return err
		}
		c.out = append(c.out, h.out...)
		h.out = nil
		c.flush()
		if done {
			if c.shaking = nil; len(h.in) > 0 { // else it would keep what was read
				c.early = h.in
			}
			return h.outcome()
		}
		h.outErr = c.err
		if err := c.feed(ctx, h, ready); err != nil {
			h.abandon()
			return err
		}
	}
}

// feed gives a handshake what the other side sends next. An error is ctx's.
func (c *tlsConn) feed(ctx context.Context, h *handshake, ready *async.Notifier) error {
	buf := buffers.Get().(*[chunkSize]byte)
	defer buffers.Put(buf)
	for {
		n, err := c.inner.TryRead(buf[:])
		if err != ErrNotReady {
			h.in, h.inErr = append([]byte(nil), buf[:n]...), err
			return nil
		}
		if err := ready.Wait(ctx); err != nil {
			return err
		}
		c.flush()
	}
}

// awaitedHandshake is a connection as what its handshake waits for.
type awaitedHandshake tlsConn

// String says with whom.
func (a *awaitedHandshake) String() string {
	return "the TLS handshake with " + a.inner.RemoteAddr().String()
}
