// Package nettest holds streams against golang.org/x/net/nettest: what a stream
// shows as a net.Conn has to do what any net.Conn does. It is a module of its
// own, so that the library does not depend on x/net.
package nettest
