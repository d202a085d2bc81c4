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

func listen(l *sched.Loop, sig os.Signal, fn func()) *signalHandler {
	h := &signalHandler{signal: sig, loop: l, came: make(chan os.Signal, 1), ended: make(chan struct{})}
	l.Open()
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
	h.loop.CloseOne()
}
