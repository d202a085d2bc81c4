package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Go starts fn as a task of the group; asyncio's TaskGroup.create_task. It
// never suspends: at the group's Limit the task waits for its turn, and if it
// is canceled before that it never runs.
//
// If the group takes no more, for it is being canceled or has ended, the task
// comes back failed with [ErrGroupClosed]. If the ctx of Do was canceled
// before, the task ends canceled and never runs. Go panics before Do.
func (tg *TaskGroup) Go(fn func(ctx context.Context) error) *Task[Void] {
	tg.mustHaveBegun()
	return tg.start(tg.scope, fn)
}

// GoNamed does what [TaskGroup.Go] does, for a task of that name; asyncio's
// TaskGroup.create_task(name=). The name is the task's from the beginning, also
// of an eager task, which runs before SetName could be called. See [Named].
func (tg *TaskGroup) GoNamed(name string, fn func(ctx context.Context) error) *Task[Void] {
	tg.mustHaveBegun()
	return tg.start(sched.Named(tg.scope, name), fn)
}

func (tg *TaskGroup) start(ctx context.Context, fn func(ctx context.Context) error) *Task[Void] {
	m := new(memberOf[Void])
	m.task.core.SetFunc(fn)
	tg.admit(ctx, &m.member, &m.task.core, (*body[Void])(&m.task))
	return &m.task
}

// GoValueIn does what [TaskGroup.Go] does, for a function with a value.
func GoValueIn[T any](tg *TaskGroup, coro Coro[T]) *Task[T] {
	tg.mustHaveBegun()
	return startIn(tg, tg.scope, coro)
}

// GoNamedValueIn does what [TaskGroup.GoNamed] does, for a function with a
// value.
func GoNamedValueIn[T any](tg *TaskGroup, name string, coro Coro[T]) *Task[T] {
	tg.mustHaveBegun()
	return startIn(tg, sched.Named(tg.scope, name), coro)
}

func startIn[T any](tg *TaskGroup, ctx context.Context, coro Coro[T]) *Task[T] {
	mustHaveFunc(coro != nil)
	m := &memberOf[T]{task: Task[T]{coro: coro}}
	tg.admit(ctx, &m.member, &m.task.core, (*body[T])(&m.task))
	return &m.task
}

// memberOf is a task of a group and its place there, made as one.
type memberOf[T any] struct {
	task   Task[T]
	member member
}

// member is the place of a task in its group.
type member struct {
	group *TaskGroup
	task  *sched.Task
	place sched.Link  // among the group's members
	wait  sched.Link  // for the task's end
	queue *sched.Link // for its turn, while the group is at its limit
	start *starting   // of Start, or nil
}

func (tg *TaskGroup) mustHaveBegun() {
	if tg.scope == nil {
		panic("async: Go on a TaskGroup before its Do: start tasks in the body, or use async.Go")
	}
	tg.scope.Task().Loop().Check("a task was started in a TaskGroup")
}

// admit starts t in the group with ctx, which is the body's, or that with a
// name.
func (tg *TaskGroup) admit(ctx context.Context, m *member, t *sched.Task, body sched.Body) {
	l := tg.scope.Task().Loop()
	if tg.state != groupOpen || tg.finished() {
		l.StartFailed(t, ctx, body, ErrGroupClosed)
		return
	}
	m.group, m.task = tg, t
	m.place, m.wait = sched.NewLink(m), sched.NewLink(m)
	tg.members.Push(&m.place)
	barred := tg.outside.Status() == sched.Delivered
	tg.launch(ctx, m, body, l.Eager() && l.IsRunning() && !barred)
	t.Notify(&m.wait)
	if barred {
		t.Cancel(causeOf(tg.outside.Err()))
	}
}

// launch starts m, or has it wait for its turn.
func (tg *TaskGroup) launch(ctx context.Context, m *member, body sched.Body, eager bool) {
	l := tg.scope.Task().Loop()
	if tg.Limit > 0 && tg.running >= tg.Limit {
		m.queue = new(sched.Link)
		*m.queue = sched.NewLink(m)
		tg.held.Push(m.queue)
		l.StartHeld(m.task, ctx, body, m)
		return
	}
	tg.running++
	if eager {
		l.StartEager(m.task, ctx, body)
	} else {
		l.Start(m.task, ctx, body)
	}
}

// Cancel lets a task that waits for its turn end without one.
func (m *member) Cancel(error) bool {
	m.release()
	return false // the request stays with the task, which ends of it
}

// Blockers returns the tasks that have their turn.
func (m *member) Blockers() (tasks []*sched.Task) {
	for k := m.group.members.First(); k != nil; k = m.group.members.After(k) {
		if other := k.Entry().(*member); other.queue == nil {
			tasks = append(tasks, other.task)
		}
	}
	return tasks
}

func (m *member) String() string { return "its turn in a TaskGroup at its limit" }

// release lets a task that waited for its turn run.
func (m *member) release() {
	m.group.held.Remove(m.queue)
	m.queue = nil
	m.group.running++
	m.task.Continue()
}

// Fire takes a task that has ended out of its group; asyncio's _on_task_done.
func (m *member) Fire() {
	tg := m.group
	tg.members.Remove(&m.place)
	tg.running--
	if k := tg.held.First(); k != nil && tg.running < tg.Limit {
		k.Entry().(*member).release()
	}
	if tg.waiter != nil && tg.finished() {
		_ = tg.waiter.Finish()
	}
	if m.task.State() == sched.Failed && (m.start == nil || m.start.ready) {
		tg.failed(m.task.Outcome())
	}
}

// failed notes the error of a task and cancels its siblings.
func (tg *TaskGroup) failed(err error) {
	tg.errs = append(tg.errs, err)
	panicked, ok := err.(*PanicError)
	if ok && tg.panicked == nil {
		tg.panicked = panicked
	}
	if tg.state == groupOpen && (ok || !tg.Supervise) {
		tg.stop(err)
	}
}

// Kind names it without its state, from any goroutine.
func (m *member) Kind() string { return m.String() }
