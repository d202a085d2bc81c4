package async

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// threads holds what a loop has to run functions off itself.
type threads struct {
	pool ThreadPool // for all that needs a goroutine, and the executor if there is no other
	used bool
	free *threadCall // for ToThread to use again
}

// freeCall returns a call that nobody uses.
func (t *threads) freeCall(l *sched.Loop) *threadCall {
	c := t.free
	if c == nil {
		c = new(threadCall)
		c.future.Init(l)
		return c
	}
	t.free, c.next = c.next, nil
	return c
}

// reuse puts a call that has ended among the free ones.
func (t *threads) reuse(c *threadCall) {
	if !c.offload.Reuse() {
		return
	}
	c.fn = nil
	if t.free != nil {
		t.free.offload.ForgetContext() // the task that it was for: one is enough to remember
	}
	c.next, t.free = t.free, c
}

// executor returns the executor for calls that name none.
func (l *Loop) executor() Executor {
	if l.runner != nil && l.runner.Executor != nil {
		return l.runner.Executor
	}
	return &l.threads.pool
}

// execute hands o to ex. ctx is the caller's.
func (l *Loop) execute(ctx context.Context, ex Executor, o *sched.Offload) (err error) {
	l.core.MustBeOpen()
	l.useThreads()
	o.Submit()
	if threads, ok := ex.(*ThreadPool); ok {
		o.SetExecutor(&threads.machine)
		if err = threads.submit(ctx, o); err != nil {
			o.Withdraw()
		}
		return err
	}
	taken := false
	defer func() {
		if !taken { // refused, or Execute has panicked
			o.Withdraw()
		}
	}()
	err = ex.Execute(o.Context(), o.PerformAndDeliver)
	taken = err == nil
	return err
}

// useThreads lets the loop see to its threads at its end.
func (l *Loop) useThreads() {
	if !l.threads.used {
		l.threads.used = true
		l.threads.pool.machine.KeepOne()
		l.core.Finally((*threadsEnd)(l))
	}
}

// defaultShutdownTimeout is asyncio.run's.
const defaultShutdownTimeout = 300 * time.Second

// threadsEnd is a loop as the last of its tasks, which waits for what is off
// the loop.
type threadsEnd Loop

// Run waits for the functions that are away, and shuts the executor down.
func (e *threadsEnd) Run(t *sched.Task) error {
	l := (*Loop)(e)
	limit := defaultShutdownTimeout
	if l.runner != nil && l.runner.ShutdownTimeout != 0 {
		limit = l.runner.ShutdownTimeout
	}
	tooLate := l.core.CallAt(l.core.After(limit), func() { t.Cancel(nil) })
	err := l.endThreads(t)
	tooLate.Cancel()
	if err != nil {
		l.core.Report(sched.Event{Message: fmt.Sprintf("the executor did not end within %v: %d functions go on", limit, l.core.Offloads()), Err: err})
	}
	return err
}

// Describe names the task.
func (e *threadsEnd) Describe() string { return "the executor's shutdown" }

func (l *Loop) endThreads(ctx context.Context) error {
	if err := sched.Enter(ctx).AwaitOffloads(); err != nil {
		l.threads.pool.machine.Close()
		return err
	}
	if l.runner != nil && l.runner.Executor != nil {
		if err := l.runner.Executor.Shutdown(ctx); err != nil {
			l.threads.pool.machine.Close()
			return err
		}
	}
	<-l.threads.pool.machine.Close() // nobody works there any more
	return nil
}
