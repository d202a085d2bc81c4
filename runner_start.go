package async

import "context"

// Start runs the loop in a goroutine of its own until Close, for programs that
// are not written around a loop. It returns the portal to it. Its tasks see
// ctx's values; ctx's cancellation does nothing. A Goexit ends the task alone
// that calls it, with [ErrGoexit].
func (r *Runner) Start(ctx context.Context) *Portal {
	r.enter(ctx)
	r.portal = r.loop.Portal()
	r.stopped = make(chan struct{})
	r.loop.core.GoexitEndsTaskOnly()
	r.loop.core.TrackGoroutines()
	go r.serve(ctx)
	return r.portal
}

// serve runs the loop of Start, and ends it.
func (r *Runner) serve(ctx context.Context) {
	served := false
	defer func() {
		if !served { // a callback called Goexit, and has ended this goroutine, but not the loop
			go r.serve(ctx)
		}
	}()
	if !r.ending {
		r.loop.core.Run(ctx)
		r.ending = true
	}
	_ = r.portal.Close() // or the loop would wait for what might come through
	r.shutLoop()
	served = true
	close(r.stopped)
}
