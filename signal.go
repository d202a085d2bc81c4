package async

import (
	"os"
	"os/signal"

	"github.com/gobaton/async/internal/sched"
)

// signalHandler brings a signal to a loop.
type signalHandler struct {
	signal os.Signal
	loop   *sched.Loop
	came   chan os.Signal
	ended  chan struct{}
}

// mustBeCatchable panics for what would never come.
func mustBeCatchable(sig os.Signal) {
	if sig == nil {
		panic("async: AddSignalHandler of a nil signal: name the signal")
	}
	if !isCatchable(sig) {
		panic("async: AddSignalHandler of " + sig.String() + ", which no process can catch: handle SIGTERM or SIGINT")
	}
}

func listen(l *sched.Loop, sig os.Signal, fn func()) *signalHandler {
	h := &signalHandler{signal: sig, loop: l, came: make(chan os.Signal, 1), ended: make(chan struct{})}
	l.Listen(1)
	signal.Notify(h.came, sig)
	go func() {
		defer close(h.ended)
		for range h.came {
			l.Post(l.Callback(fn))
		}
	}()
	return h
}

// close ends the handling and waits for its goroutine.
func (h *signalHandler) close() {
	signal.Stop(h.came)
	close(h.came)
	<-h.ended
	h.loop.Listen(-1)
}
