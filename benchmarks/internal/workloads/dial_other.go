//go:build !unix

package workloads

import "net"

// dial connects, at the cost of a connection of package net, and returns what
// closes it.
func dial(addr *net.TCPAddr) (hangUp func()) {
	conn, err := net.DialTCP("tcp", nil, addr)
	must(err)
	return func() { must(conn.Close()) }
}
