package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// A TaskGroup owns tasks: its Do returns when they have all ended, and the first to fail cancels the others; asyncio.TaskGroup.
// The zero TaskGroup is ready. It is used once, by the tasks and callbacks of one loop.
type TaskGroup struct {
	// Limit is how many of the group's tasks run at once; the others wait for their turn, in order. 0: no limit.
	Limit int

	// Supervise leaves the siblings alone when a task fails. The errors are returned all the same.
	Supervise bool

	scope    *sched.Scope // of the body; nil before Do
	members  sched.List   // the tasks that have not ended, in the order they were made
	held     sched.List   // those of them that wait for one to end
	running  int
	errs     []error
	panicked *PanicError
	waiter   *sched.Future // Do's, while it waits for tasks
	state    groupState
	stopped  bool // its scope was asked to stop by the group itself
}

type groupState uint8

const (
	groupOpen groupState = iota
	groupAborting
	groupClosed
)

// WithTaskGroup runs body with a new [TaskGroup].
func WithTaskGroup(ctx context.Context, body func(ctx context.Context, tg *TaskGroup) error) error {
	tg := new(TaskGroup)
	return tg.Do(ctx, func(ctx context.Context) error { return body(ctx, tg) })
}

// Do runs body and returns when it and all of the group's tasks have ended.
//
// When a task fails, or body does, the tasks that are left are canceled, in the order they were made, then body; the cause is the first
// failure. Do then returns a [*GroupError] of all errors, in the order they came, body's last. Tasks that end canceled
// do not count.
//
// If ctx is canceled, body and the tasks are, and Do returns its error once they have ended, unless some have failed:
// then the next await under ctx fails. A panic in a task cancels the others and goes on in Do with the task's stack.
func (tg *TaskGroup) Do(ctx context.Context, body func(ctx context.Context) error) error {
	if tg.scope != nil {
		panic("async: Do on a TaskGroup that was used: make one for each Do")
	}
	outside := sched.Enter(ctx)
	tg.scope = sched.NewScope(ctx, sched.CancelScope)
	if tg.stopped {
		tg.scope.Request(nil)
	}
	returned := false
	defer func() {
		if !returned { // body panicked, or called Goexit, which goes on when the tasks have ended
			tg.abort(nil)
			_ = tg.join()
			tg.close()
		}
	}()
	err := body(tg.scope)
	returned = true
	return tg.exit(outside, err)
}

// exit ends the group after its body; asyncio's __aexit__.
func (tg *TaskGroup) exit(outside sched.Place, err error) error {
	if err != nil {
		tg.abort(err)
	}
	seen := tg.join()
	tg.close()
	if tg.panicked != nil {
		panic(tg.panicked)
	}
	if err != nil && !IsCanceled(err) {
		tg.errs = append(tg.errs, err)
		err = nil
	}
	live := outside.Live()
	switch {
	case len(tg.errs) > 0:
		if !live {
			outside.Redeliver()
		}
		return &GroupError{Errors: tg.errs}
	case tg.stopped && live:
		return nil
	case err == nil:
		return seen
	}
	return err
}

// join waits until all tasks have ended. It returns the last cancellation from outside that came meanwhile.
func (tg *TaskGroup) join() (canceled error) {
	for tg.members.First() != nil {
		tg.waiter = new(sched.Future)
		tg.waiter.Init(tg.scope.Task().Loop())
		err := tg.waiter.Await(sched.Enter(tg.scope).Insistent(), (*groupWait)(tg))
		tg.waiter = nil
		if err == nil {
			continue
		}
		canceled = err
		tg.abort(err)
	}
	return canceled
}

func (tg *TaskGroup) close() {
	tg.state = groupClosed
	tg.scope.Leave()
}

// abort cancels the tasks, in the order they were made. It reports whether that had not been done before.
func (tg *TaskGroup) abort(cause error) bool {
	if tg.state != groupOpen {
		return false
	}
	tg.state = groupAborting
	for k := tg.members.First(); k != nil; k = tg.members.After(k) {
		k.Entry().(*member).task.Cancel(cause)
	}
	return true
}

// stop cancels the tasks and then the body.
func (tg *TaskGroup) stop(cause error) {
	tg.abort(cause)
	if !tg.stopped {
		tg.stopped = true
		tg.scope.Request(cause)
	}
}

// Cancel cancels the group's tasks, in the order they were made, and then its body; asyncio's TaskGroup.cancel. Do then returns nil
// unless something failed. Before Do it lets the body begin canceled; after it, it does nothing.
func (tg *TaskGroup) Cancel() {
	switch {
	case tg.scope == nil:
		tg.stopped = true
	case tg.state != groupClosed:
		tg.stop(nil)
	}
}

// String is what the owner waits for.
func (tg *TaskGroup) String() string { return "the tasks of a TaskGroup" }

// groupWait is a TaskGroup as what its owner waits for.
type groupWait TaskGroup

// Cancel ends one wait of the owner's.
func (w *groupWait) Cancel(cause error) bool { return w.waiter != nil && w.waiter.Cancel(cause) }

func (w *groupWait) String() string { return (*TaskGroup)(w).String() }
