//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"io"
	"net"

	"golang.org/x/sys/unix"

	"github.com/gobaton/async/internal/netpoll"
)

// fdConn is a connection whose descriptor the loop's poller watches. It is
// tried first and waited for after: an event only says that it is worthwhile
// again.
type fdConn struct {
	hub      *hub
	fd       int // -1: closed
	readable bool
	writable bool
	hungUp   bool // it stays: a short read is not the last then
	onRead   Turn
	onWrite  Turn
	local    net.Addr
	remote   net.Addr
}

// newFDConn makes a connection of a descriptor that never waits, which it
// closes from then on.
func newFDConn(h *hub, fd int, local, remote net.Addr) (*fdConn, error) {
	c := &fdConn{hub: h, fd: fd, readable: true, writable: true, local: local, remote: remote}
	if err := h.poller.Add(fd, c); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	h.open[c] = struct{}{}
	return c, nil
}

// Ready implements netpoll.Watcher.
func (c *fdConn) Ready(e netpoll.Event) {
	if e&netpoll.HangUp != 0 {
		c.hungUp = true
	}
	if e&netpoll.Readable != 0 && !c.readable {
		c.readable = true
		enqueue(c.onRead)
	}
	if e&netpoll.Writable != 0 && !c.writable {
		c.writable = true
		enqueue(c.onWrite)
	}
}

// TryRead implements Conn.
func (c *fdConn) TryRead(p []byte) (int, error) {
	if c.fd < 0 {
		return 0, net.ErrClosed
	}
	if !c.readable {
		return 0, ErrNotReady
	}
	c.hub.loop.Weigh(weight)
	n, err := netpoll.Read(c.fd, p)
	switch {
	case err == unix.EAGAIN:
		c.readable = false
		return 0, ErrNotReady
	case err != nil:
		return 0, opError("read", c.local, c.remote, "read", err)
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	case n < len(p) && !c.hungUp: // all there was; what comes after it is an event
		c.readable = false
	}
	return n, nil
}

// TryWrite implements Conn.
func (c *fdConn) TryWrite(p []byte) (written int, err error) {
	if c.fd < 0 {
		return 0, net.ErrClosed
	}
	for written < len(p) {
		if !c.writable {
			return written, ErrNotReady
		}
		c.hub.loop.Weigh(weight)
		n, err := netpoll.Write(c.fd, p[written:])
		written += n
		switch {
		case err == unix.EAGAIN || err == nil && written < len(p):
			c.writable = false
		case err != nil:
			return written, opError("write", c.local, c.remote, "write", err)
		}
	}
	return written, nil
}

// Unsent implements Conn: what the system has taken counts as sent.
func (c *fdConn) Unsent() int { return 0 }

// CloseWrite implements Conn.
func (c *fdConn) CloseWrite() error {
	if c.fd < 0 {
		return net.ErrClosed
	}
	if err := unix.Shutdown(c.fd, unix.SHUT_WR); err != nil {
		return opError("close", c.local, c.remote, "shutdown", err)
	}
	return nil
}

// Close implements Conn.
func (c *fdConn) Close() error {
	if c.fd < 0 {
		return net.ErrClosed
	}
	c.hub.poller.Remove(c.fd)
	delete(c.hub.open, c)
	err := unix.Close(c.fd)
	c.fd = -1
	enqueue(c.onRead)
	enqueue(c.onWrite)
	if err != nil {
		return opError("close", c.local, c.remote, "close", err)
	}
	return nil
}

// Attach implements Conn.
func (c *fdConn) Attach(readable, writable Turn) { c.onRead, c.onWrite = readable, writable }

// Outside implements Conn.
func (c *fdConn) Outside() bool { return true }

// LocalAddr implements Conn.
func (c *fdConn) LocalAddr() net.Addr { return c.local }

// RemoteAddr implements Conn.
func (c *fdConn) RemoteAddr() net.Addr { return c.remote }

// Descriptor returns the descriptor, which belongs to the connection.
func (c *fdConn) Descriptor() int { return c.fd }
