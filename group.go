package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// A TaskGroup owns tasks: its Do returns when they have all ended, and the
// first to fail cancels the others; asyncio.TaskGroup. The zero TaskGroup is
// ready. It is used once, by the tasks and callbacks of one loop, and must not
// be copied.
//
// A group keeps no task that has ended, so one that serves for ever does not
// grow.
type TaskGroup struct {
	_ noCopy

	// Limit is how many of the group's tasks run at once; the others wait
	// for their turn, in order. 0: no limit.
	Limit int

	// Supervise leaves the siblings alone when a task fails. The errors are
	// returned all the same, so a task of a group that serves for ever had
	// better handle its own.
	Supervise bool

	outside  sched.Awaiter // where Do was called
	scope    *sched.Scope  // of the body; nil before Do
	members  sched.List    // the tasks that have not ended, in the order they were made
	held     sched.List    // those of them that wait for one to end
	running  int
	errs     []error
	panicked *PanicError
	waiter   *sched.Future // Do's, while it waits for tasks
	state    groupState
	exiting  bool // body has ended
	stopped  bool // its scope was asked to stop by the group itself
}

// noCopy makes go vet report copies: the tasks know the original.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

type groupState uint8

const (
	groupOpen groupState = iota
	groupAborting
	groupClosed
)

// WithTaskGroup runs body with a new [TaskGroup].
func WithTaskGroup(ctx context.Context, body func(ctx context.Context, tg *TaskGroup) error) error {
	mustHaveFunc(body != nil)
	tg := new(TaskGroup)
	return tg.Do(ctx, func(ctx context.Context) error { return body(ctx, tg) })
}

// WithTaskGroupValue does what [WithTaskGroup] does, for a body with a value,
// which is returned when all of the group's tasks have ended, if none has
// failed.
func WithTaskGroupValue[T any](ctx context.Context, body func(ctx context.Context, tg *TaskGroup) (T, error)) (T, error) {
	mustHaveFunc(body != nil)
	var value T
	err := WithTaskGroup(ctx, func(ctx context.Context, tg *TaskGroup) (err error) {
		value, err = body(ctx, tg)
		return err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return value, nil
}

// Do runs body and returns when it and all of the group's tasks have ended. It
// suspends for the tasks, two turns after the last of them has ended.
//
// When a task fails, the others are canceled, in the order they were made, then
// body; when body returns an error, the tasks are. The cause is the first
// failure. Do then returns a [*GroupError] of all errors, in the order they
// came, body's last. Tasks that end canceled do not count.
//
// If ctx is canceled, body and the tasks are, and Do returns its error once
// they have ended, unless some have failed: then it returns that, and the next
// await under ctx fails. A panic in a task cancels the others, and body, and
// goes on in Do with the task's stack. When body panics, it goes on once the
// tasks have been canceled and have ended. Do panics if the group was used
// before.
func (tg *TaskGroup) Do(ctx context.Context, body func(ctx context.Context) error) error {
	mustHaveFunc(body != nil)
	tg.enter(ctx)
	returned := false
	defer func() {
		if !returned { // body panicked, or called Goexit, which goes on when the tasks have ended
			tg.abort(nil)
			_ = tg.join()
			tg.reportErrors()
		}
	}()
	err := body(tg.scope)
	returned = true
	return tg.exit(err)
}

func (tg *TaskGroup) enter(ctx context.Context) {
	if tg.scope != nil {
		panic("async: Do on a TaskGroup that was used: make one for each Do")
	}
	tg.outside = sched.Enter(ctx)
	tg.scope = sched.NewScope(ctx, sched.CancelScope)
	if tg.stopped { // before Do
		tg.stopped = false
		tg.stop(nil)
	}
}

// exit ends the group after its body; asyncio's __aexit__.
func (tg *TaskGroup) exit(err error) error {
	if err != nil {
		tg.abort(causeOf(err))
	}
	canceled := tg.join()
	if tg.panicked != nil {
		tg.reportErrors()
		panic(tg.panicked)
	}
	if err != nil && !IsCanceled(err) {
		tg.errs = append(tg.errs, err)
	}
	live := tg.outside.Status() == sched.NotRequested
	switch {
	case len(tg.errs) > 0:
		if !live {
			tg.outside.Redeliver()
		}
		return &GroupError{Errors: tg.errs}
	case tg.stopped && live:
		return nil
	case err == nil:
		err = canceled
	}
	return asCanceled(tg.outside, err)
}

// join waits until all tasks have ended, and closes the group. It returns the
// last cancellation that came meanwhile, or the one that came before, if there
// is anything to wait for.
func (tg *TaskGroup) join() (canceled error) {
	tg.exiting = true
	if tg.outside.Status() == sched.Delivered && !tg.finished() {
		canceled = tg.outside.Err()
		tg.abort(causeOf(canceled))
	}
	for !tg.finished() {
		tg.waiter = new(sched.Future)
		tg.waiter.Init(tg.scope.Task().Loop())
		err := tg.waiter.Await(sched.Enter(tg.scope).IgnorePending(), (*groupWait)(tg))
		tg.waiter = nil
		if err != nil {
			canceled = err
			tg.abort(causeOf(err))
		}
	}
	tg.state = groupClosed
	tg.scope.Close()
	return canceled
}

// finished reports whether body and all tasks have ended.
func (tg *TaskGroup) finished() bool { return tg.exiting && tg.members.First() == nil }

// abort cancels the tasks, in the order they were made. From then on the group
// takes no more.
func (tg *TaskGroup) abort(cause error) {
	if tg.state != groupOpen {
		return
	}
	tg.state = groupAborting
	for k := tg.members.First(); k != nil; k = tg.members.After(k) {
		k.Entry().(*member).task.Cancel(cause)
	}
}

// stop cancels the tasks and then the body. Where the tasks are being canceled
// already, so is the body, or it has ended.
func (tg *TaskGroup) stop(cause error) {
	if tg.state == groupOpen {
		tg.abort(cause)
		tg.stopped = true
		tg.scope.Request(cause)
	}
}

// causeOf returns why tasks are canceled on account of err: the cause of a
// cancellation, or else err itself.
func causeOf(err error) error {
	if canceled, ok := err.(*CanceledError); ok {
		return canceled.Cause
	}
	return err
}

// Cancel cancels the group's tasks, in the order they were made, and then its
// body; asyncio's TaskGroup.cancel. Do then returns nil unless something
// failed. Before Do it lets the body begin canceled, and the group take no
// task; after it, it does nothing.
func (tg *TaskGroup) Cancel() {
	if tg.scope == nil {
		tg.stopped = true
		return
	}
	tg.scope.Task().Loop().Check("TaskGroup.Cancel was called")
	if !tg.finished() {
		tg.stop(nil)
	}
}

// groupWait is a TaskGroup as what its owner waits for.
type groupWait TaskGroup

// Cancel ends one wait of the owner's.
func (w *groupWait) Cancel(cause error) bool { return w.waiter != nil && w.waiter.Cancel(cause) }

// Blockers returns the group's tasks.
func (w *groupWait) Blockers() (tasks []*sched.Task) {
	for k := w.members.First(); k != nil; k = w.members.After(k) {
		tasks = append(tasks, k.Entry().(*member).task)
	}
	return tasks
}

func (w *groupWait) String() string { return "the tasks of a TaskGroup" }

// Kind names it without its state, from any goroutine.
func (w *groupWait) Kind() string { return w.String() }
