// Package pool is the machine behind a ThreadPool: goroutines that take one job
// after another. It knows what a job is to a loop only in so far as it can tell
// whether a context is that of a job of its own.
package pool

import (
	"context"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A Job is done by a worker.
type Job interface {
	// Perform does the job and reports whether Deliver is to be called.
	Perform() (deliver bool)

	// Drop is called in place of Perform for a job that will not be done.
	Drop(cause error) (deliver bool)

	// Deliver hands on the result, also of a Perform that calls Goexit.
	Deliver()
}

// A Pool hands jobs to workers. The zero Pool is ready; its methods may be
// called from any goroutine.
type Pool struct {
	mu      sync.Mutex
	idle    []*worker // the one that became idle last stands last
	queue   queue
	waking  bool          // a worker is about to look at the queue
	limit   int           // jobs at a time; 0: no bound
	workers int           // goroutines
	lent    int           // how many of them wait for a loop
	done    chan struct{} // made by Close; closed when all goroutines have ended
	spare   int           // how many have been idle since the last tidy
	tidying *time.Timer
	tidies  bool // tidying runs

	keeps bool                   // one worker stays when it is idle: see keep
	kept  atomic.Pointer[worker] // the one
}

// KeepOne lets one idle worker stay until Close. It is called before the first
// Submit, and only by an owner that is sure to call Close.
func (p *Pool) KeepOne() { p.keeps = true }

// Submit lets a worker do job: an idle one, a new one, or the first that is
// free. At most limit jobs are done at a time; 0 is no bound. A job submitted
// from inside of one of the pool's own, as ctx says, is done at once, beyond
// the limit. Submit returns ErrExecutorShutDown after Close.
func (p *Pool) Submit(ctx context.Context, limit int, job Job) error {
	if w := p.kept.Load(); w != nil && p.kept.CompareAndSwap(w, nil) {
		w.jobs <- job
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limit = limit
	switch {
	case p.done != nil:
		return sched.ErrExecutorShutDown
	case p.queue.len() >= p.available() && p.Runs(ctx):
		p.start(job)
	default:
		p.queue.push(job)
		p.wake()
	}
	return nil
}

// wake lets one more worker look at the queue, if there may be one: an idle one
// or a new one. Before that does its first job it lets the next one look. So
// jobs that block have a goroutine each, as if all had been woken at once, and
// short ones are done by those that are awake already.
func (p *Pool) wake() {
	if p.waking || p.queue.len() == 0 {
		return
	}
	if n := len(p.idle); n > 0 {
		p.waking = true
		p.idle[n-1].jobs <- nil // has room for one
		p.idle = p.idle[:n-1]
		p.spare = min(p.spare, n-1)
	} else if p.hasRoom() {
		p.waking = true
		p.start(nil)
	}
}

// hasRoom reports whether there may be another worker.
func (p *Pool) hasRoom() bool { return p.limit <= 0 || p.workers-p.lent < p.limit }

// available returns how many jobs of the queue there are workers for, or may
// be, that do nothing yet.
func (p *Pool) available() int {
	if p.limit <= 0 {
		return math.MaxInt
	}
	n := len(p.idle) + max(0, p.limit-p.workers+p.lent)
	if p.waking {
		n++
	}
	return n
}

// Close lets the pool end, and returns a channel that is closed when it has.
// Jobs that are queued are done before.
func (p *Pool) Close() (ended <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.close()
}

func (p *Pool) close() (ended <-chan struct{}) {
	if p.done != nil {
		return p.done
	}
	p.done = make(chan struct{})
	p.dismiss(len(p.idle))
	if w := p.kept.Swap(nil); w != nil {
		close(w.jobs)
	}
	p.conclude()
	return p.done
}

// CloseNow does what Close does, but jobs that no worker is there for are
// dropped.
func (p *Pool) CloseNow() (ended <-chan struct{}) {
	ended, dropped := p.cut()
	for _, job := range dropped {
		if job.Drop(sched.ErrExecutorShutDown) {
			job.Deliver()
		}
	}
	return ended
}

func (p *Pool) cut() (ended <-chan struct{}, dropped []Job) {
	p.mu.Lock()
	defer p.mu.Unlock()
	dropped = p.queue.cut(p.available())
	return p.close(), dropped
}

// conclude closes done if the last worker of a closed pool has ended.
func (p *Pool) conclude() {
	if p.done == nil || p.workers > 0 {
		return
	}
	close(p.done)
	if p.tidying != nil {
		p.tidying.Stop()
	}
}

// insideKey marks the contexts of functions given to a pool with Inside.
type insideKey struct{ pool *Pool }

// Inside returns ctx for a function that p runs: Runs is true of it.
func (p *Pool) Inside(ctx context.Context) context.Context {
	return context.WithValue(ctx, insideKey{p}, true)
}

// Runs reports whether ctx is that of a function that p runs.
func (p *Pool) Runs(ctx context.Context) bool {
	return ctx.Value(insideKey{p}) != nil || sched.Inside(ctx, p)
}

// Lend lets another worker take a job while the one that runs the function of
// ctx waits for a loop. The function it returns takes that back.
func Lend(ctx context.Context) (back func()) {
	p, ok := sched.ExecutorOf(ctx).(*Pool)
	if !ok {
		return func() {}
	}
	p.addLent(1)
	return func() { p.addLent(-1) }
}

func (p *Pool) addLent(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lent += n
	p.wake()
}
