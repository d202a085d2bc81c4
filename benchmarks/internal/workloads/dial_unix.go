//go:build unix

package workloads

import (
	"net"
	"syscall"
)

// dial connects a socket that costs this process nothing but its number, and
// returns what closes it.
func dial(addr *net.TCPAddr) (hangUp func()) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	must(err)
	must(syscall.Connect(fd, &syscall.SockaddrInet4{Port: addr.Port, Addr: [4]byte{127, 0, 0, 1}}))
	return func() { must(syscall.Close(fd)) }
}
