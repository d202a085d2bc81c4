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
	reader  bool // TryRead has found nothing
	writer  bool // TryWrite has found no room
}

func newMemoryPair(loop *async.Loop, local, remote net.Addr, room int) *memoryConn {
	if room <= 0 {
		room = memoryRoom
	}
	a := &memoryConn{loop: loop, local: local, room: room}
	a.peer = &memoryConn{loop: loop, local: remote, room: room, peer: a}
	return a
}

// TryRead implements Conn.
func (c *memoryConn) TryRead(p []byte) (int, error) {
	switch {
	case c.closed:
		return 0, net.ErrClosed
	case len(c.in) > 0:
		n := copy(p, c.in)
		c.in = c.in[n:]
		c.peer.wakeWriter()
		return n, nil
	case c.ended:
		return 0, io.EOF
	}
	c.reader = true
	return 0, ErrNotReady
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
		c.peer.wakeReader()
	}
	if n < len(p) {
		c.writer = true
		return n, ErrNotReady
	}
	return n, nil
}

func (c *memoryConn) wakeReader() {
	if c.reader {
		c.reader = false
		arrive(c.onRead)
	}
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
	c.peer.wakeReader()
	return nil
}

// Close implements Conn.
func (c *memoryConn) Close() error {
	if c.closed {
		return net.ErrClosed
	}
	c.closed, c.in = true, nil
	c.peer.ended = true
	c.peer.wakeReader()
	c.peer.wakeWriter()
	enqueue(c.onRead)
	enqueue(c.onWrite)
	return nil
}

// Attach implements Conn.
func (c *memoryConn) Attach(readable, writable Turn) { c.onRead, c.onWrite = readable, writable }

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
