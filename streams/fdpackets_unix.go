//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/netpoll"
)

// fdPackets is a socket for datagrams whose descriptor the loop's poller
// watches.
type fdPackets struct {
	hub      *hub
	fd       int // -1: closed
	readable bool
	writable bool
	onRead   Turn
	onWrite  Turn
	local    net.Addr
	v6       bool          // its addresses are IPv6's, those of IPv4 mapped
	retry    *async.Handle // set while a send is tried again later
	dropped  uint64        // before it was closed
}

// adoptPackets takes the descriptor out of a net.PacketConn, and closes that.
func adoptPackets(h *hub, c net.PacketConn) (PacketConn, error) {
	switch c.(type) {
	case *net.UDPConn, *net.UnixConn:
	default: // package net knows more of the others
		return newGoPackets(h, c), nil
	}
	fd, err := duplicate(c.(syscall.Conn))
	local := c.LocalAddr()
	_ = c.Close()
	if err != nil {
		return nil, err
	}
	p := &fdPackets{hub: h, fd: fd, readable: true, writable: true, local: local}
	if sa, err := unix.Getsockname(fd); err == nil {
		_, p.v6 = sa.(*unix.SockaddrInet6)
	}
	if err := h.poller.Add(fd, p); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	h.open[p] = struct{}{}
	return p, nil
}

// Ready implements netpoll.Watcher.
func (p *fdPackets) Ready(e netpoll.Event) {
	if e&netpoll.Readable != 0 && !p.readable {
		p.readable = true
		enqueue(p.onRead)
	}
	if e&netpoll.Writable != 0 {
		p.makeWritable()
	}
}

func (p *fdPackets) makeWritable() {
	if !p.writable {
		p.writable = true
		enqueue(p.onWrite)
	}
}

// TryReadFrom implements PacketConn.
func (p *fdPackets) TryReadFrom(b []byte) (int, net.Addr, error) {
	if p.fd < 0 {
		return 0, nil, net.ErrClosed
	}
	if !p.readable {
		return 0, nil, ErrNotReady
	}
	p.hub.loop.Weigh(weight)
	for {
		n, from, err := unix.Recvfrom(p.fd, b, 0)
		switch err {
		case nil:
			return n, addrOf(from, p.local), nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			p.readable = false
			return 0, nil, ErrNotReady
		}
		return 0, nil, opError("read", p.local, nil, "recvfrom", err)
	}
}

// TryWriteTo implements PacketConn.
func (p *fdPackets) TryWriteTo(b []byte, to net.Addr) error {
	if p.fd < 0 {
		return net.ErrClosed
	}
	if !p.writable {
		return ErrNotReady
	}
	sa := p.sockaddr(to)
	if sa == nil {
		return opError("write", p.local, to, "sendto", unix.EINVAL)
	}
	p.hub.loop.Weigh(weight)
	for {
		switch err := unix.Sendto(p.fd, b, 0, sa); err {
		case nil:
			return nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			p.writable = false
			p.retryLater()
			return ErrNotReady
		default:
			return opError("write", p.local, to, "sendto", err)
		}
	}
}

// unixRetry is how long a Unix socket waits that found its receiver's queue
// full.
const unixRetry = 5 * time.Millisecond

// retryLater makes a Unix socket writable again in a while. The system tells it
// when there is room for what it has sent itself, but not when the queue of a
// receiver has room that others have filled.
func (p *fdPackets) retryLater() {
	if _, ok := p.local.(*net.UnixAddr); !ok || p.retry != nil {
		return
	}
	p.retry = p.hub.loop.CallLater(unixRetry, func() {
		p.retry = nil
		p.makeWritable()
	})
}

// sockaddr returns an address as the socket takes it, or nil.
func (p *fdPackets) sockaddr(to net.Addr) unix.Sockaddr {
	switch to := to.(type) {
	case *net.UnixAddr:
		return &unix.SockaddrUnix{Name: to.Name}
	case *net.UDPAddr:
		if !p.v6 {
			return sockaddr4(to)
		}
		return sockaddr6(to)
	}
	return nil
}

func sockaddr4(to *net.UDPAddr) unix.Sockaddr {
	sa := &unix.SockaddrInet4{Port: to.Port}
	ip := to.IP.To4()
	if len(to.IP) > 0 && ip == nil {
		return nil
	}
	copy(sa.Addr[:], ip)
	return sa
}

func sockaddr6(to *net.UDPAddr) unix.Sockaddr {
	sa := &unix.SockaddrInet6{Port: to.Port}
	copy(sa.Addr[:], to.IP.To16())
	if to.Zone != "" {
		if i, err := net.InterfaceByName(to.Zone); err == nil {
			sa.ZoneId = uint32(i.Index)
		}
	}
	return sa
}

// Attach implements PacketConn.
func (p *fdPackets) Attach(readable, writable Turn) { p.onRead, p.onWrite = readable, writable }

// Outside implements PacketConn.
func (p *fdPackets) Outside() bool { return true }

// LocalAddr implements PacketConn.
func (p *fdPackets) LocalAddr() net.Addr { return p.local }

// Dropped implements PacketConn.
func (p *fdPackets) Dropped() uint64 {
	if p.fd < 0 {
		return p.dropped
	}
	return drops(p.fd)
}

// Close implements PacketConn.
func (p *fdPackets) Close() error {
	if p.fd < 0 {
		return net.ErrClosed
	}
	p.dropped = drops(p.fd)
	if p.retry != nil {
		p.retry.Cancel()
	}
	p.hub.poller.Remove(p.fd)
	delete(p.hub.open, p)
	err := unix.Close(p.fd)
	p.fd = -1
	enqueue(p.onRead)
	enqueue(p.onWrite)
	return err
}
