//go:build !(linux || freebsd)

package streams

import "syscall"

// reusePort is 0 where the system gives all connections to one of those who
// share a port, or lets nobody share.
const reusePort = 0

func setReusePort(syscall.RawConn) error { return nil }
