package async

import (
	"context"
	"slices"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// work is what a worker does: Perform, and then Deliver, if Perform says so, or
// calls Goexit. Drop stands for a Perform that will never be.
type work interface {
	Perform() (deliver bool)
	Drop(cause error) (deliver bool)
	Deliver()
}

// worker is a goroutine of a pool.
type worker struct {
	pool *ThreadPool
	job  work      // what it does
	jobs chan work // what it is given while it is idle; closed to end it
}

// submit lets a worker do job: an idle one, a new one, or the first that has
// the time. ctx is who asks.
func (p *ThreadPool) submit(ctx context.Context, job work) error {
	if w := p.kept.Load(); w != nil && p.kept.CompareAndSwap(w, nil) {
		w.jobs <- job
		return nil
	}
	fromInside := p.Workers > 0 && p.runs(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch n := len(p.idle); {
	case p.done != nil:
		return ErrExecutorShutDown
	case n > 0:
		p.idle[n-1].jobs <- job // has room for one
		p.idle = p.idle[:n-1]
		p.spare = min(p.spare, n-1)
	case p.hasRoom() || fromInside:
		p.start(job)
	default:
		p.queue = append(p.queue, job)
	}
	return nil
}

// hasRoom reports whether there may be another worker.
func (p *ThreadPool) hasRoom() bool { return p.Workers <= 0 || p.workers-p.lent < p.Workers }

// start starts a worker.
func (p *ThreadPool) start(job work) {
	p.workers++
	w := &worker{pool: p, job: job, jobs: make(chan work, 1)}
	go w.run()
}

// run does one job after the other. The worker can be given the next one before
// it has delivered what the last one brought.
func (w *worker) run() {
	defer w.end()
	for w.job != nil {
		job := w.job
		deliver := job.Perform()
		w.job = nil
		next, stay := w.pool.next(w)
		if deliver {
			job.Deliver()
		}
		if next == nil && stay {
			next = <-w.jobs
		}
		w.job = next
	}
}

// end takes w off the pool. A worker that still has a job was ended by a Goexit
// in it.
func (w *worker) end() {
	if w.job != nil {
		w.job.Deliver()
	}
	p := w.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	p.workers--
	p.refill()
	p.conclude()
}

// next is what w has to do when it has done its job: a job from the queue,
// staying idle, or neither.
func (p *ThreadPool) next(w *worker) (job work, stay bool) {
	if p.keeps && p.keep(w) {
		return nil, true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.Workers > 0 && p.workers-p.lent > p.Workers:
		return nil, false
	case len(p.queue) > 0:
		return p.first(), true
	case p.done != nil:
		return nil, false
	}
	p.idle = append(p.idle, w)
	p.tidyLater()
	return nil, true
}

// first takes the first job out of the queue.
func (p *ThreadPool) first() work {
	job := p.queue[0]
	p.queue[0] = nil
	p.queue = p.queue[1:]
	return job
}

// refill starts workers for what is queued.
func (p *ThreadPool) refill() {
	for len(p.queue) > 0 && p.hasRoom() {
		p.start(p.first())
	}
}

// keep puts w aside as the one worker that stays, if there is none. A loop's
// own pool has it, which the loop is sure to end: so one function after the
// other finds its worker without a lock, and no timer ticks, with which each
// switch of goroutines would have to read the clock.
func (p *ThreadPool) keep(w *worker) bool {
	if p.closed.Load() || !p.kept.CompareAndSwap(nil, w) {
		return false
	}
	// Whoever closes the pool between these two lines has seen w, or else w
	// sees that.
	return !p.closed.Load() || !p.kept.CompareAndSwap(w, nil)
}

// lend lets another worker do something while the one that runs the function of
// ctx waits for a loop. The function it returns takes that back.
func lend(ctx context.Context) (back func()) {
	p, ok := sched.ExecutorOf(ctx).(*ThreadPool)
	if !ok {
		return func() {}
	}
	p.addLent(1)
	return func() { p.addLent(-1) }
}

func (p *ThreadPool) addLent(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lent += n
	p.refill()
}

// idleTime is how long a worker is idle, at least, before it is ended, and half
// of how long at most.
const idleTime = 10 * time.Second

// tidyLater ends idle workers after a while. One timer serves them all: one for
// each wait would cost more than the wait.
func (p *ThreadPool) tidyLater() {
	if p.tidies || len(p.idle) == 0 || p.done != nil {
		return
	}
	p.tidies, p.spare = true, len(p.idle)
	if p.tidying == nil {
		p.tidying = time.AfterFunc(idleTime, p.tidy)
	} else {
		p.tidying.Reset(idleTime)
	}
}

// tidy ends the workers that have been idle since it was last called.
func (p *ThreadPool) tidy() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dismiss(p.spare)
	p.tidies = false
	p.tidyLater()
}

// dismiss ends the n workers that have been idle longest.
func (p *ThreadPool) dismiss(n int) {
	for _, w := range p.idle[:n] {
		close(w.jobs)
	}
	p.idle = slices.Delete(p.idle, 0, n)
}
