//go:build darwin || dragonfly || netbsd || openbsd

package streams

import "golang.org/x/sys/unix"

// accept takes a connection, as a descriptor that never waits.
func accept(fd int) (int, unix.Sockaddr, error) {
	c, from, err := unix.Accept(fd)
	if err != nil {
		return -1, nil, err
	}
	unix.CloseOnExec(c)
	return c, from, unix.SetNonblock(c, true)
}
