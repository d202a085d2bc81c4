package async

import (
	"context"
	"os"
	"os/signal"
)

// cancelWith cancels main when ctx is done.
func (r *Runner) cancelWith(ctx context.Context, main *Task[Void]) (release func()) {
	if ctx.Done() == nil {
		return func() {}
	}
	if ctx.Err() != nil {
		main.CancelCause(reasonOf(ctx))
		return func() {}
	}
	l := r.loop.core
	stop := context.AfterFunc(ctx, func() {
		l.Post(l.Callback(func() { main.CancelCause(reasonOf(ctx)) }))
	})
	return func() { stop() }
}

// reasonOf returns why ctx was canceled, nil if nobody said.
func reasonOf(ctx context.Context) error {
	if cause := context.Cause(ctx); cause != context.Canceled {
		return cause
	}
	return nil
}

// cancelOnInterrupt cancels main with the first SIGINT and leaves the next to
// the system.
func (r *Runner) cancelOnInterrupt(main *Task[Void]) (release func()) {
	var h *signalHandler
	h = listen(r.loop.core, os.Interrupt, func() {
		signal.Stop(h.came)
		main.CancelCause(ErrInterrupted)
	})
	return h.close
}
