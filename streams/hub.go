package streams

import (
	"context"
	"runtime"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/netpoll"
)

// hub is what a loop has of the outside: its poller, and all that is open. With
// the loop, all that is closed.
type hub struct {
	loop       *async.Loop
	poller     *osPoller // nil: none on this system, or time is a test's
	rests      restful   // the poller, or what waits in its place
	open       map[closer]struct{}
	goroutines sync.WaitGroup // of connections that are read and written by some
	wrapped    int            // such connections that are open
	watched    map[int]*watched
}

// restful is a poller as the loop sees it.
type restful interface {
	Poll(wait time.Duration, share bool)
	Interrupt()
	Close()
}

// closer is what a hub closes in the end.
type closer interface{ Close() error }

// hubOf returns the hub of ctx's loop. It panics where the loop's time is
// virtual.
func hubOf(ctx context.Context) (*hub, error) { return hubIn(async.RunningLoop(ctx)) }

func hubIn(l *async.Loop) (*hub, error) {
	if l.Virtual() {
		panic("async: a real connection in a loop whose time is virtual, where nothing comes from outside: use the connections of a streams.Memory, or streams.Pipe")
	}
	p, err := l.Poller(func() (async.Poller, error) { return newHub(l) })
	if err != nil {
		return nil, err
	}
	h, ok := p.(*hub)
	if !ok {
		panic("async: the loop has a Poller that is not that of package streams: let a loop have one or the other")
	}
	return h, nil
}

func newHub(l *async.Loop) (*hub, error) {
	h := &hub{loop: l, open: map[closer]struct{}{}, watched: map[int]*watched{}}
	if fakeTime() {
		h.rests = netpoll.NewWaiter()
		return h, nil
	}
	if err := h.watchDescriptors(); err != nil {
		return nil, err
	}
	return h, nil
}

// Poll implements async.Poller. A loop that is never idle would keep the
// goroutines that read and write for it from the processor, if it is the only
// one.
func (h *hub) Poll(wait time.Duration, share bool) {
	if wait == 0 && h.wrapped > 0 {
		runtime.Gosched()
	}
	h.rests.Poll(wait, share || h.wrapped > 0)
}

// Interrupt implements async.Poller.
func (h *hub) Interrupt() { h.rests.Interrupt() }

// Close implements async.Poller: the loop ends, and with it what was left open.
func (h *hub) Close() {
	for c := range h.open {
		_ = c.Close()
	}
	h.rests.Close()
	h.goroutines.Wait()
}

// mustBeReal panics in a bubble of testing/synctest, in which a system call
// would keep time from passing.
func mustBeReal() {
	if fakeTime() {
		panic("async: a real connection in a bubble of testing/synctest, which would wait for ever: use the connections of a streams.Memory, streams.Pipe, or Wrap a net.Pipe")
	}
}
