package streams

import (
	"context"
	"net"
	"net/netip"

	"github.com/gobaton/async"
)

// A Network makes connections: the one seam between tasks and the world
// outside. [System] is the machine's; a [Memory] has none but its own, for
// tests. The network and the address are those of package net.
type Network interface {
	// Dial connects to an address. It suspends until that is done; if ctx
	// is canceled first, it returns ctx's error and leaves no connection
	// behind.
	Dial(ctx context.Context, network, address string) (Conn, error)

	// Listen opens a listener. It may suspend, while a name is looked up.
	Listen(ctx context.Context, network, address string) (Listener, error)

	// ListenPacket opens a socket for datagrams.
	ListenPacket(ctx context.Context, network, address string) (PacketConn, error)

	// Lookup finds the addresses of a host. It suspends.
	Lookup(ctx context.Context, host string) ([]netip.Addr, error)
}

// A Conn is a connection as streams and protocols see it. It belongs to one
// loop, never suspends, and says when it is worthwhile to try again. It is for
// those who make a Network; [New] puts a [Reader] and a [Writer] on one.
type Conn interface {
	// TryRead reads what is there into p: at least one byte, or an error.
	// That is ErrNotReady while nothing is there, and io.EOF after the
	// other side's last byte. The error of a connection that was closed
	// here is net.ErrClosed.
	TryRead(p []byte) (n int, err error)

	// TryWrite takes as much of p as goes. If that is not all of it, the
	// error is ErrNotReady, or why nothing will ever go again.
	TryWrite(p []byte) (n int, err error)

	// Unsent is the number of bytes that were taken and not yet sent.
	Unsent() int

	// CloseWrite tells the other side that no more will come. What is
	// unsent may be lost.
	CloseWrite() error

	// Close closes the connection at once. What is unsent is lost.
	Close() error

	// Attach says which turns are to be taken when TryRead, or TryWrite, is
	// worthwhile again after an ErrNotReady, and after Close. Without a
	// readable turn nobody wants to know what comes.
	Attach(readable, writable Turn)

	// Outside reports whether the other side is outside of the loop, so
	// that a wait for it is no deadlock.
	Outside() bool

	// LocalAddr is the address on this side.
	LocalAddr() net.Addr

	// RemoteAddr is the address on the other side.
	RemoteAddr() net.Addr
}

// A Turn is what a Conn wakes: an [async.Notifier] or an [async.Callback].
type Turn interface {
	// Enqueue takes the turn behind what is ready in the loop. The caller
	// holds the baton.
	Enqueue()

	// Arrive takes the turn in the loop's next iteration, where a poller's
	// events come. The caller holds the baton.
	Arrive()

	// TakeTurn takes the turn at once, unless it is to be taken already.
	// The caller has a turn of the loop itself.
	TakeTurn()

	// Notify takes the turn with the loop's next iteration, from any
	// goroutine.
	Notify() bool
}

var (
	_ Turn = (*async.Notifier)(nil)
	_ Turn = (*async.Callback)(nil)
)

// enqueue takes a turn, if there is one.
func enqueue(t Turn) {
	if t != nil {
		t.Enqueue()
	}
}

// A Listener takes connections.
type Listener interface {
	// TryAccept takes a connection, or returns ErrNotReady while there is
	// none.
	TryAccept() (Conn, error)

	// Attach says which turn is to be taken when TryAccept is worthwhile
	// again after an ErrNotReady, and after Close.
	Attach(acceptable Turn)

	// Outside reports whether connections come from outside of the loop.
	Outside() bool

	// Close ends the listener; its connections go on.
	Close() error

	// Addr is the address it listens on.
	Addr() net.Addr
}

// A PacketConn sends and takes datagrams.
type PacketConn interface {
	// TryReadFrom reads a datagram, or returns ErrNotReady while there is
	// none. What does not fit into p is lost.
	TryReadFrom(p []byte) (n int, from net.Addr, err error)

	// TryWriteTo sends a datagram, or returns ErrNotReady while there is no
	// room.
	TryWriteTo(p []byte, to net.Addr) error

	// Attach says which turns are to be taken when TryReadFrom, or
	// TryWriteTo, is worthwhile again after an ErrNotReady, and after
	// Close.
	Attach(readable, writable Turn)

	// Outside reports whether datagrams come from outside of the loop.
	Outside() bool

	// Dropped is how many datagrams came and were lost as there was no room
	// for them: 0 where the system does not tell, which Linux does.
	Dropped() uint64

	// Close closes the socket.
	Close() error

	// LocalAddr is the address it was bound to.
	LocalAddr() net.Addr
}

// weight is what a system call counts as when the loop decides whether to look
// at its poller: it takes as long as some steps do.
const weight = 16
