//go:build linux || freebsd

package streams

import "golang.org/x/sys/unix"

// accept takes a connection, as a descriptor that never waits.
func accept(fd int) (int, unix.Sockaddr, error) {
	return unix.Accept4(fd, unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
}
