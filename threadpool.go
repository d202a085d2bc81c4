package async

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A ThreadPool runs functions on goroutines of its own, each of which goes on
// with the next function when one has ended;
// concurrent.futures.ThreadPoolExecutor. The zero ThreadPool is ready.
// Goroutines that have been idle for a while end; Shutdown ends them all.
//
// Its methods may be called from any goroutine, and several loops may share a
// pool. It must not be copied.
type ThreadPool struct {
	// Workers is how many functions run at a time, at most; what comes beyond
	// that is queued, and begins in the order it came. 0: no bound. It must not
	// change once the pool was used.
	//
	// A function that waits for another function of its own full pool would
	// wait for ever. So one that hands a function to its own pool gets it run
	// at once, beyond the bound, and one that waits for a [Pending] does not
	// count meanwhile.
	Workers int

	mu      sync.Mutex
	idle    []*worker // the one that became idle last stands last
	queue   []work
	workers int           // goroutines
	lent    int           // how many of them wait for a Pending
	done    chan struct{} // made by Shutdown; closed when all goroutines have ended
	spare   int           // how many have been idle all the time since the pool was tidied
	tidying *time.Timer
	tidies  bool // tidying runs

	closed atomic.Bool
	keeps  bool                   // one worker stays when it is idle: see keep
	kept   atomic.Pointer[worker] // the one
}

// Execute lets run be called by one of the pool's goroutines, with a context
// that has ctx's values and end. It never suspends and never blocks. It returns
// [ErrExecutorShutDown] after Shutdown.
func (p *ThreadPool) Execute(ctx context.Context, run func(ctx context.Context)) error {
	mustHaveFunc(run != nil)
	sched.MustHaveContext(ctx)
	return p.submit(ctx, &plainWork{context.WithValue(ctx, insideKey{p}, true), run})
}

// Shutdown lets the pool take no more functions, and returns when those it has,
// the queued ones too, have ended. In a task it suspends until then, elsewhere
// it blocks.
//
// If ctx is canceled first, Shutdown returns its error; the pool ends all the
// same when its functions have. It panics in a function that the pool runs,
// which would wait for itself.
func (p *ThreadPool) Shutdown(ctx context.Context) error {
	p.mustBeOutside(ctx)
	return waitClosed(ctx, p.close())
}

// ShutdownNow is Shutdown, but what is queued does not run: it counts as
// canceled, with [ErrExecutorShutDown] as the cause.
func (p *ThreadPool) ShutdownNow(ctx context.Context) error {
	p.mustBeOutside(ctx)
	ended := p.close()
	for _, job := range p.emptyQueue() {
		if job.Drop(ErrExecutorShutDown) {
			job.Deliver()
		}
	}
	return waitClosed(ctx, ended)
}

func (p *ThreadPool) mustBeOutside(ctx context.Context) {
	if p.runs(ctx) {
		panic("async: Shutdown of a ThreadPool in a function that it runs would wait for itself: leave it to who made the pool")
	}
}

// close lets the pool end, and returns what is closed when it has.
func (p *ThreadPool) close() (done <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done != nil {
		return p.done
	}
	p.done = make(chan struct{})
	p.closed.Store(true)
	p.dismiss(len(p.idle))
	if w := p.kept.Swap(nil); w != nil {
		close(w.jobs)
	}
	p.conclude()
	return p.done
}

// conclude notes that the pool has ended, if it has.
func (p *ThreadPool) conclude() {
	if p.done == nil || p.workers > 0 {
		return
	}
	close(p.done)
	if p.tidying != nil {
		p.tidying.Stop()
	}
}

func (p *ThreadPool) emptyQueue() (jobs []work) {
	p.mu.Lock()
	defer p.mu.Unlock()
	jobs, p.queue = p.queue, nil
	return jobs
}

// insideKey finds out whether a context is that of a function given to Execute
// of the pool.
type insideKey struct{ pool *ThreadPool }

// runs reports whether ctx is that of a function that p runs.
func (p *ThreadPool) runs(ctx context.Context) bool {
	return ctx.Value(insideKey{p}) != nil || sched.Inside(ctx, p)
}

// plainWork is a function given to Execute.
type plainWork struct {
	ctx context.Context
	run func(ctx context.Context)
}

// Perform calls the function.
func (w *plainWork) Perform() (deliver bool) {
	w.run(w.ctx)
	return false
}

// Drop calls the function with a context that is done.
func (w *plainWork) Drop(cause error) (deliver bool) {
	ctx, cancel := context.WithCancelCause(w.ctx)
	cancel(cause)
	w.run(ctx)
	return false
}

// Deliver does nothing.
func (w *plainWork) Deliver() {}

// waitClosed returns when ch is closed, or with ctx's error. In a task it
// suspends, elsewhere it blocks.
func waitClosed(ctx context.Context, ch <-chan struct{}) error {
	if sched.Running(ctx) {
		_, _, err := Recv(ctx, ch)
		return err
	}
	//asyncvet:ignore no task calls it here
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
