//go:build linux || freebsd

package streams

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// setReusePort lets a socket share its port.
func setReusePort(c syscall.RawConn) error {
	var set error
	err := c.Control(func(fd uintptr) { set = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, reusePort, 1) })
	if err != nil {
		return err
	}
	return os.NewSyscallError("setsockopt", set)
}
