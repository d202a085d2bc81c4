package streams

import (
	"errors"
	"net"
	"sync"

	"github.com/gobaton/async"
)

// goConn is any net.Conn: one goroutine reads it, a bounded amount ahead, and
// another writes it. They begin when they are first needed.
type goConn struct {
	hub     *hub
	conn    net.Conn
	onRead  Turn
	onWrite Turn

	mu      sync.Mutex
	changed sync.Cond // for the goroutines
	closed  bool

	reads   bool // the goroutine that reads has begun
	in      *chunk
	start   int // of what is unread in the chunk
	readErr error

	writes   bool
	out      []byte // taken, and not yet given to the goroutine
	sending  int    // how much the goroutine has of it
	writeErr error
	asked    bool // TryWrite has said that there is no room
}

// chunk is what is read at once.
type chunk struct {
	n    int
	data [16 << 10]byte
}

var chunks = sync.Pool{New: func() any { return new(chunk) }}

// ahead is how much goConn takes to write.
const ahead = 64 << 10

// Wrap makes a Conn of any net.Conn, which belongs to it from then on: it is
// read and written by goroutines of its own. It panics where the loop's time is
// virtual.
func Wrap(loop *async.Loop, conn net.Conn) (Conn, error) {
	h, err := hubIn(loop)
	if err != nil {
		return nil, err
	}
	c := &goConn{hub: h, conn: conn}
	c.changed.L = &c.mu
	h.open[c] = struct{}{}
	h.wrapped++
	return c, nil
}

// TryRead implements Conn.
func (c *goConn) TryRead(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case !c.reads:
		c.reads = true
		c.hub.goroutines.Go(c.readAll)
		return 0, ErrNotReady
	case c.in == nil && c.readErr != nil:
		return 0, c.readErr
	case c.in == nil:
		return 0, ErrNotReady
	}
	n := copy(p, c.in.data[c.start:c.in.n])
	if c.start += n; c.start == c.in.n {
		chunks.Put(c.in)
		c.in, c.start = nil, 0
		c.changed.Broadcast()
	}
	return n, nil
}

// readAll reads until there is an error: one chunk at a time is ahead.
func (c *goConn) readAll() {
	for {
		k := chunks.Get().(*chunk)
		var err error
		if k.n, err = c.conn.Read(k.data[:]); k.n == 0 {
			chunks.Put(k)
			k = nil
		}
		if !c.deliver(k, err) {
			return
		}
	}
}

// deliver hands a chunk over and waits until it is used up. It returns false if
// that was the last.
func (c *goConn) deliver(k *chunk, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in, c.start, c.readErr = k, 0, err
	wake(c.onRead)
	for c.in != nil && !c.closed {
		c.changed.Wait()
	}
	return err == nil && !c.closed
}

func wake(t Turn) {
	if t != nil {
		t.Notify()
	}
}

// TryWrite implements Conn.
func (c *goConn) TryWrite(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case c.writeErr != nil:
		return 0, c.writeErr
	case !c.writes:
		c.writes = true
		c.hub.goroutines.Go(c.writeAll)
	}
	n := min(len(p), max(0, ahead-len(c.out)-c.sending))
	c.out = append(c.out, p[:n]...)
	c.changed.Broadcast()
	if n < len(p) {
		c.asked = true
		return n, ErrNotReady
	}
	return n, nil
}

// writeAll writes until there is an error.
func (c *goConn) writeAll() {
	var spare []byte
	for {
		p := c.take(spare)
		if p == nil {
			return
		}
		_, err := c.conn.Write(p)
		c.sent(err)
		spare = p[:0]
	}
}

// take waits for something to write; nil: nothing will come.
func (c *goConn) take(spare []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.out) == 0 && !c.closed && c.writeErr == nil {
		c.changed.Wait()
	}
	if c.closed || c.writeErr != nil {
		return nil
	}
	p := c.out
	c.out, c.sending = spare, len(p)
	return p
}

func (c *goConn) sent(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sending = 0
	if err != nil {
		c.writeErr, c.out = err, nil
	}
	if c.asked || len(c.out) == 0 {
		c.asked = false
		wake(c.onWrite)
	}
}

// Unsent implements Conn.
func (c *goConn) Unsent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.out) + c.sending
}

// CloseWrite implements Conn.
func (c *goConn) CloseWrite() error {
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}

// Close implements Conn. The net.Conn is closed by a goroutine, as that may
// take its time.
func (c *goConn) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	c.closed = true
	delete(c.hub.open, c)
	c.hub.wrapped--
	c.changed.Broadcast()
	c.hub.goroutines.Go(func() { _ = c.conn.Close() })
	wake(c.onRead)
	wake(c.onWrite)
	return nil
}

// Attach implements Conn.
func (c *goConn) Attach(readable, writable Turn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.onRead, c.onWrite = readable, writable
}

// Outside implements Conn.
func (c *goConn) Outside() bool { return true }

// LocalAddr implements Conn.
func (c *goConn) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr implements Conn.
func (c *goConn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// NetConn returns the net.Conn, which belongs to the connection.
func (c *goConn) NetConn() net.Conn { return c.conn }
