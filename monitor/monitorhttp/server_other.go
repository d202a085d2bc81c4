//go:build !unix

package monitorhttp

import "net"

// listenUnix listens at path: on this system the folder's rights are the
// socket's.
func listenUnix(path string) (net.Listener, error) { return net.Listen("unix", path) }
