// Package netpoll asks the operating system which descriptors are ready: epoll
// on Linux, kqueue on macOS and the BSDs. Elsewhere there is a Waiter only, and
// connections are read by goroutines.
//
// A Poller is used by the holder of a loop's baton, and calls Watchers; only
// Interrupt may be called by others. The rest of the package is the system
// calls on descriptors that never wait.
package netpoll

// An Event says what has become possible with a descriptor.
type Event uint8

// The events.
const (
	Readable Event = 1 << iota
	Writable
	HangUp // the other side sends no more, or there was an error: a read will tell
)

// A Watcher receives the events of a descriptor, within Poll. It must not
// block, nor add or remove descriptors.
type Watcher interface {
	// Ready says what has happened.
	Ready(e Event)
}
