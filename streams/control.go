package streams

import (
	"errors"
	"net"
	"syscall"
)

// control calls f with the descriptor of a connection, if it has one.
func control(conn Conn, f func(fd uintptr)) error {
	switch c := conn.(type) {
	case *tlsConn:
		return control(c.inner, f)
	case interface{ Descriptor() int }:
		if c.Descriptor() < 0 {
			return net.ErrClosed
		}
		f(uintptr(c.Descriptor()))
		return nil
	case interface{ NetConn() net.Conn }:
		return controlNet(c.NetConn(), f)
	}
	return errors.ErrUnsupported
}

func controlNet(conn net.Conn, f func(fd uintptr)) error {
	s, ok := conn.(syscall.Conn)
	if !ok {
		return errors.ErrUnsupported
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(f)
}
