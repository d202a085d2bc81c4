package async

import (
	"context"

	"github.com/gobaton/async/internal/pool"
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
	// Workers is how many functions run at a time, at most; what comes
	// beyond that is queued, and begins in the order it came. 0: no bound.
	// It must not change once the pool was used.
	//
	// A function that waits for another function of its own full pool would
	// wait for ever. So one that hands a function to its own pool gets it
	// run at once, beyond the bound, and one that waits for a [Pending]
	// does not count meanwhile.
	Workers int

	machine pool.Pool
}

// Execute lets run be called by one of the pool's goroutines, with a context
// that has ctx's values and end. It never suspends and never blocks. It returns
// [ErrExecutorShutDown] after Shutdown.
func (p *ThreadPool) Execute(ctx context.Context, run func(ctx context.Context)) error {
	mustHaveFunc(run != nil)
	sched.MustHaveContext(ctx)
	return p.submit(ctx, &plainJob{p.machine.Inside(ctx), run})
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
	return waitClosed(ctx, p.machine.Close())
}

// ShutdownNow does what Shutdown does, but what is queued does not run: it
// counts as canceled, with [ErrExecutorShutDown] as the cause.
func (p *ThreadPool) ShutdownNow(ctx context.Context) error {
	p.mustBeOutside(ctx)
	return waitClosed(ctx, p.machine.CloseNow())
}

func (p *ThreadPool) mustBeOutside(ctx context.Context) {
	if p.machine.Runs(ctx) {
		panic("async: Shutdown of a ThreadPool in a function that it runs would wait for itself: leave it to who made the pool")
	}
}

// submit lets one of the pool's goroutines do job. ctx is the submitter's.
func (p *ThreadPool) submit(ctx context.Context, job pool.Job) error {
	return p.machine.Submit(ctx, p.Workers, job)
}

// plainJob is a function given to Execute.
type plainJob struct {
	ctx context.Context
	run func(ctx context.Context)
}

// Perform calls the function.
func (j *plainJob) Perform() (deliver bool) {
	j.run(j.ctx)
	return false
}

// Drop calls the function with a context that is done.
func (j *plainJob) Drop(cause error) (deliver bool) {
	ctx, cancel := context.WithCancelCause(j.ctx)
	cancel(cause)
	j.run(ctx)
	return false
}

// Deliver does nothing.
func (j *plainJob) Deliver() {}
