//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"net"
	"syscall"

	"github.com/gobaton/async/internal/netpoll"
)

type osPoller = netpoll.Poller

// watchDescriptors gives the hub a poller.
func (h *hub) watchDescriptors() (err error) {
	h.poller, err = netpoll.New()
	h.rests = h.poller
	return err
}

// adoptConn takes the descriptor out of a net.Conn, and closes that: what
// package net knows about dialing is kept, and the loop's poller alone watches.
func adoptConn(h *hub, c net.Conn) (Conn, error) {
	s, ok := c.(syscall.Conn)
	if !ok {
		return Wrap(h.loop, c)
	}
	fd, err := duplicate(s)
	local, remote := c.LocalAddr(), c.RemoteAddr()
	_ = c.Close()
	if err != nil {
		return nil, err
	}
	return newFDConn(h, fd, local, remote)
}

// adoptListener takes the descriptor out of a net.Listener, and closes that.
func adoptListener(h *hub, l net.Listener) (Listener, error) {
	s, ok := l.(syscall.Conn)
	if !ok {
		return WrapListener(h.loop, l)
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
	}
	fd, err := duplicate(s)
	addr := l.Addr()
	_ = l.Close()
	if err != nil {
		return nil, err
	}
	return newFDListener(h, fd, addr)
}
