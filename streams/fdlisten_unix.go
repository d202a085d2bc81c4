//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/netpoll"
)

// fdListener is a listener whose descriptor the loop's poller watches.
type fdListener struct {
	hub      *hub
	fd       int
	ready    bool
	onAccept Turn
	addr     net.Addr
	retry    *async.Handle // set while there are too many descriptors
}

func newFDListener(h *hub, fd int, addr net.Addr) (*fdListener, error) {
	l := &fdListener{hub: h, fd: fd, ready: true, addr: addr}
	if err := h.poller.Add(fd, l); err != nil {
		_ = unix.Close(fd)
		return nil, err
	}
	h.open[l] = struct{}{}
	return l, nil
}

// Ready implements netpoll.Watcher.
func (l *fdListener) Ready(netpoll.Event) {
	if !l.ready {
		l.ready = true
		l.wake()
	}
}

func (l *fdListener) wake() { enqueue(l.onAccept) }

// TryAccept implements Listener.
func (l *fdListener) TryAccept() (Conn, error) {
	switch {
	case l.fd < 0:
		return nil, net.ErrClosed
	case !l.ready || l.retry != nil:
		return nil, ErrNotReady
	}
	for {
		fd, from, err := accept(l.fd)
		switch err {
		case nil:
			return l.conn(fd, from)
		case unix.EAGAIN:
			l.ready = false
			return nil, ErrNotReady
		case unix.EINTR, unix.ECONNABORTED:
			continue
		case unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			l.pause(err)
			return nil, ErrNotReady
		}
		return nil, opError("accept", l.addr, nil, "accept", err)
	}
}

func (l *fdListener) conn(fd int, from unix.Sockaddr) (Conn, error) {
	_, tcp := l.addr.(*net.TCPAddr)
	if tcp {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
	}
	local := l.addr
	if sa, err := unix.Getsockname(fd); err == nil && tcp {
		local = addrOf(sa, l.addr)
	}
	return newFDConn(l.hub, fd, local, addrOf(from, l.addr))
}

// pause lets the listener try again later: until a descriptor is free, it would
// be ready all the time.
func (l *fdListener) pause(err error) {
	loop := l.hub.loop
	loop.Report(async.ErrorEvent{Message: "no connections are accepted for a while", Err: opError("accept", l.addr, nil, "accept", err)})
	l.retry = loop.CallLater(acceptRetry, func() {
		l.retry = nil
		l.wake()
	})
}

// Attach implements Listener.
func (l *fdListener) Attach(acceptable Turn) { l.onAccept = acceptable }

// Outside implements Listener.
func (l *fdListener) Outside() bool { return true }

// Addr implements Listener.
func (l *fdListener) Addr() net.Addr { return l.addr }

// Close implements Listener.
func (l *fdListener) Close() error {
	if l.fd < 0 {
		return net.ErrClosed
	}
	l.hub.poller.Remove(l.fd)
	delete(l.hub.open, l)
	if l.retry != nil {
		l.retry.Cancel()
	}
	err := unix.Close(l.fd)
	l.fd = -1
	if a, ok := l.addr.(*net.UnixAddr); ok && a.Name != "" && a.Name[0] != '@' {
		_ = os.Remove(a.Name)
	}
	l.wake()
	return err
}

// addrOf returns the address of sa, of the kind that like is.
func addrOf(sa unix.Sockaddr, like net.Addr) net.Addr {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return inetAddr(sa.Addr[:], sa.Port, "", like)
	case *unix.SockaddrInet6:
		zone := ""
		if sa.ZoneId != 0 {
			if i, err := net.InterfaceByIndex(int(sa.ZoneId)); err == nil {
				zone = i.Name
			}
		}
		return inetAddr(sa.Addr[:], sa.Port, zone, like)
	case *unix.SockaddrUnix:
		return &net.UnixAddr{Name: sa.Name, Net: like.Network()}
	}
	return &net.UnixAddr{Net: like.Network()}
}

func inetAddr(ip []byte, port int, zone string, like net.Addr) net.Addr {
	if _, udp := like.(*net.UDPAddr); udp {
		return &net.UDPAddr{IP: ip, Port: port, Zone: zone}
	}
	return &net.TCPAddr{IP: ip, Port: port, Zone: zone}
}

// duplicate returns a descriptor of c's own, which never waits: c can be
// closed.
func duplicate(c syscall.Conn) (fd int, err error) {
	fd, err = share(c)
	if err != nil {
		return -1, err
	}
	return fd, unix.SetNonblock(fd, true)
}

// share returns a descriptor of c's own, which waits as c's does.
func share(c syscall.Conn) (fd int, err error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return -1, err
	}
	var dupErr error
	err = raw.Control(func(of uintptr) { fd, dupErr = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0) })
	if err == nil {
		err = os.NewSyscallError("fcntl", dupErr)
	}
	if err != nil {
		return -1, err
	}
	return fd, nil
}
