package async

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/gobaton/async/internal/sched"
)

// A Portal is the door to a loop for goroutines that are not its tasks. Its
// methods may be called from any goroutine; what comes through has its turn
// with the loop's next iteration, in the order it came.
//
// While a portal is open the loop waits for what may come, and is not
// deadlocked. Run returns all the same when its main has ended: what comes
// later gets [ErrClosed], and a portal that is still open then is reported to
// OnError, in debug mode with the place of the call that has opened it.
type Portal struct {
	core    *sched.Loop
	closed  atomic.Bool
	waiters sync.Pool // latchWaiters of goroutines that wait for a Pending
}

// CallSoonThreadsafe lets fn be called in the loop, in its turn: behind what is
// ready, as with [Loop.CallSoon]; asyncio's call_soon_threadsafe. The handle's
// Cancel and Canceled may be called from any goroutine. It returns [ErrClosed]
// if the portal or the loop is closed.
func (p *Portal) CallSoonThreadsafe(fn func()) (*Handle, error) {
	h := &Handle{core: p.core.Callback(fn)}
	if err := p.post(h.core); err != nil {
		return nil, err
	}
	return h, nil
}

// AllTasks returns the tasks of the portal's loop that have not ended, in the
// order they were started; asyncio.all_tasks(loop). It blocks until the loop's
// next iteration; in a task of another loop it suspends, in one of the same
// loop it does neither.
//
// What it returns is the loop's: hand it to a function given to
// CallSoonThreadsafe to cancel a task, or to look at one. If ctx is done first,
// AllTasks returns its error; if the portal or the loop is closed, [ErrClosed].
func (p *Portal) AllTasks(ctx context.Context) ([]AnyTask, error) {
	if sched.Running(ctx) && sched.Of(ctx) == p.core {
		return AllTasks(ctx), nil
	}
	q := &taskQuery{loop: p.core, done: make(chan struct{})}
	if err := p.post(q); err != nil {
		return nil, err
	}
	if err := waitClosed(ctx, q.done); err != nil {
		return nil, err
	}
	return q.tasks, q.err
}

// taskQuery asks a loop for its tasks.
type taskQuery struct {
	loop  *sched.Loop
	tasks []AnyTask
	err   error
	done  chan struct{}
}

// Fire answers the query.
func (q *taskQuery) Fire() {
	q.tasks = AllTasks(q.loop)
	close(q.done)
}

// Drop says that the loop has ended.
func (q *taskQuery) Drop() {
	q.err = ErrClosed
	close(q.done)
}

func (p *Portal) post(e sched.Entry) error {
	if p.closed.Load() || !p.core.Post(e) {
		return ErrClosed
	}
	return nil
}

// Close closes the portal: the loop may end without waiting for it. It returns
// [ErrClosed] if that was done before.
func (p *Portal) Close() error {
	if !p.closed.CompareAndSwap(false, true) || !p.core.Post((*closing)(p)) {
		return ErrClosed
	}
	return nil
}

// reportPortals tells which portals nobody has closed when the loop has ended.
func (l *Loop) reportPortals() {
	for key, at := range l.core.TakeOpenings() {
		if p := key.(*Portal); p == l.runner.portal || p.closed.Load() {
			continue // that of Start ends with its loop
		}
		if at != "" {
			at = " opened at " + at
		}
		l.core.Report(ErrorEvent{Message: "the portal" + at + " was never closed: close it before Run ends, for what comes later gets ErrClosed"})
	}
}

// closing is a portal that the loop has to hear of.
type closing Portal

// Fire takes the portal off the loop's count.
func (c *closing) Fire() { c.core.CloseOne((*Portal)(c)) }

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
