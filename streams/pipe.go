package streams

import (
	"io"
	"net"
	"syscall"

	"github.com/gobaton/async"
)

// memoryRoom is how many bytes a connection in memory takes before its reader
// has read them.
const memoryRoom = 64 << 10

// Pipe makes a connection in memory and returns both its ends, which are of the
// same loop. It is for tests: it works in virtual time and under
// asynctest.Explore, its events come in the order asyncio's would, and a task
// that waits for the other end in vain is a deadlock.
func Pipe(loop *async.Loop) (a, b Conn) {
	x := newMemoryPair(loop, memoryAddr{"memory", "a"}, memoryAddr{"memory", "b"}, 0)
	return x, x.peer
}

// memoryConn is one end of a connection in memory.
type memoryConn struct {
	loop    *async.Loop
	peer    *memoryConn
	local   net.Addr
	in      []byte // unread
	room    int    // for in
	ended   bool   // the peer writes no more
	closed  bool
	onRead  Turn
	onWrite Turn
	writer  bool // TryWrite has found no room

	// What the peer writes arrives at the beginning of the next iteration,
	// where asyncio's selector would tell of it, and the end of the stream
	// in the iteration after the last bytes. Without onRead nobody asks a
	// selector, and all is there at once.
	arrivals *async.Callback
	coming   bool // the callback is to be called
	arrived  int  // how much of in has
	endCame  bool // as has the end
}

func newMemoryPair(loop *async.Loop, local, remote net.Addr, room int) *memoryConn {
	if room <= 0 {
		room = memoryRoom
	}
	a := &memoryConn{loop: loop, local: local, room: room}
	a.peer = &memoryConn{loop: loop, local: remote, room: room, peer: a}
	a.expectArrivals()
	a.peer.expectArrivals()
	return a
}

// TryRead implements Conn.
func (c *memoryConn) TryRead(p []byte) (int, error) {
	if c.closed {
		return 0, net.ErrClosed
	}
	if c.onRead == nil {
		c.arrived, c.endCame = len(c.in), c.ended
	}
	switch {
	case c.arrived > 0:
		n := copy(p, c.in[:c.arrived])
		c.in = c.in[n:]
		c.arrived -= n
		c.peer.wakeWriter()
		return n, nil
	case c.endCame && len(c.in) == 0:
		return 0, io.EOF
	}
	return 0, ErrNotReady
}

// expectArrivals makes the callback, in the place of one whose call is not
// wanted any more.
func (c *memoryConn) expectArrivals() {
	var arrivals *async.Callback
	arrivals = c.loop.NewCallback(func() {
		if c.arrivals == arrivals {
			c.arrive()
		}
	})
	c.arrivals, c.coming = arrivals, false
}

// announce lets what is there arrive.
func (c *memoryConn) announce() {
	if c.onRead != nil && !c.coming && (len(c.in) > 0 || c.ended) {
		c.coming = true
		c.arrivals.Arrive()
	}
}

// arrive tells of what is there, as an event of a selector does.
func (c *memoryConn) arrive() {
	c.coming = false
	switch {
	case c.onRead == nil:
		return
	case len(c.in) > c.arrived:
		c.arrived = len(c.in)
		if c.ended {
			c.announce()
		}
	case c.ended:
		c.endCame = true
	default:
		return
	}
	c.onRead.TakeTurn()
}

// TryWrite implements Conn.
func (c *memoryConn) TryWrite(p []byte) (int, error) {
	c.loop.Weigh(weight)
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case c.peer.closed:
		return 0, opError("write", c.local, c.peer.local, "write", syscall.EPIPE)
	}
	n := min(len(p), c.peer.room-len(c.peer.in))
	if n > 0 {
		c.peer.in = append(c.peer.in, p[:n]...)
		c.peer.announce()
	}
	if n < len(p) {
		c.writer = true
		return n, ErrNotReady
	}
	return n, nil
}

func (c *memoryConn) wakeWriter() {
	if c.writer {
		c.writer = false
		arrive(c.onWrite)
	}
}

func arrive(t Turn) {
	if t != nil {
		t.Arrive()
	}
}

// Unsent implements Conn.
func (c *memoryConn) Unsent() int { return 0 }

// CloseWrite implements Conn.
func (c *memoryConn) CloseWrite() error {
	if c.closed {
		return net.ErrClosed
	}
	c.peer.ended = true
	c.peer.announce()
	return nil
}

// Close implements Conn.
func (c *memoryConn) Close() error {
	if c.closed {
		return net.ErrClosed
	}
	c.closed, c.in = true, nil
	c.peer.ended = true
	c.peer.announce()
	c.peer.wakeWriter()
	enqueue(c.onRead)
	enqueue(c.onWrite)
	return nil
}

// Attach implements Conn.
func (c *memoryConn) Attach(readable, writable Turn) {
	before := c.onRead
	c.onRead, c.onWrite = readable, writable
	switch {
	case readable == nil && c.coming:
		c.expectArrivals()
	case before == nil:
		c.arrived, c.endCame = 0, false
	}
	c.announce()
}

// Outside implements Conn.
func (c *memoryConn) Outside() bool { return false }

// LocalAddr implements Conn.
func (c *memoryConn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements Conn.
func (c *memoryConn) RemoteAddr() net.Addr { return c.peer.local }

// memoryAddr is an address in memory.
type memoryAddr struct{ network, address string }

// Network returns the network.
func (a memoryAddr) Network() string { return a.network }

// String returns the address.
func (a memoryAddr) String() string { return a.address }
