//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"errors"
	"io"
	"net"
	"os"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/gobaton/async"
)

// pipeConn is one end of a pipe, or another file with one direction.
type pipeConn struct {
	*fdConn
	shared bool // it may wait, and so must be asked before each call
}

// fileConn makes a connection of a file, and closes that if it is owned.
func fileConn(loop *async.Loop, file *os.File, whose ownership) (Conn, error) {
	mustBeReal()
	h, err := hubIn(loop)
	if err != nil {
		return nil, err
	}
	fd, err := takeFile(file, whose)
	if err != nil {
		return nil, err
	}
	waits, err := blocking(fd)
	if err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	addr := fileAddr(file.Name())
	c := &fdConn{hub: h, fd: fd, readable: true, writable: true, local: addr, remote: addr}
	if err := h.poller.Add(fd, c); err != nil { // a file on a disk is never waited for
		return Wrap(loop, newFileNetConn(os.NewFile(uintptr(fd), file.Name())))
	}
	h.open[c] = struct{}{}
	return &pipeConn{fdConn: c, shared: waits}, nil
}

// takeFile returns a descriptor for a file, which never waits if it is owned.
func takeFile(file *os.File, whose ownership) (fd int, err error) {
	if whose == shared {
		return share(file)
	}
	fd, err = duplicate(file)
	if err = errors.Join(err, file.Close()); err != nil && fd >= 0 {
		_ = unix.Close(fd)
	}
	return fd, err
}

// blocking reports whether calls on a descriptor may wait.
func blocking(fd int) (bool, error) {
	flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFL, 0)
	return flags&unix.O_NONBLOCK == 0, os.NewSyscallError("fcntl", err)
}

// pipeRoom returns how much a pipe takes without waiting where there is room at
// all.
func pipeRoom() int {
	if runtime.GOOS == "linux" {
		return 4096
	}
	return 512
}

// can reports whether a call would not wait.
func (c *pipeConn) can(event int16) bool {
	polled := []unix.PollFd{{Fd: int32(c.fd), Events: event}}
	for {
		n, err := unix.Poll(polled, 0)
		if err != unix.EINTR {
			return n > 0 || err != nil
		}
	}
}

// TryRead implements Conn. With the end of the stream the file is closed.
func (c *pipeConn) TryRead(p []byte) (int, error) {
	if c.fd >= 0 && c.shared {
		if c.readable = c.can(unix.POLLIN); !c.readable {
			return 0, ErrNotReady
		}
	}
	n, err := c.fdConn.TryRead(p)
	if err == io.EOF {
		_ = c.Close()
	}
	return n, err
}

// TryWrite implements Conn.
func (c *pipeConn) TryWrite(p []byte) (written int, err error) {
	if !c.shared {
		return c.fdConn.TryWrite(p)
	}
	for written < len(p) && err == nil {
		if c.fd < 0 {
			return written, net.ErrClosed
		}
		if c.writable = c.can(unix.POLLOUT); !c.writable {
			return written, ErrNotReady
		}
		var n int
		n, err = c.fdConn.TryWrite(p[written:min(len(p), written+pipeRoom())])
		written += n
	}
	return written, err
}

// CloseWrite implements Conn: with one direction, it is Close.
func (c *pipeConn) CloseWrite() error { return c.Close() }
