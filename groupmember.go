package async

import (
	"context"
	"errors"

	"github.com/gobaton/async/internal/sched"
)

// Go starts fn as a task of the group; asyncio's TaskGroup.create_task. It never suspends: at the group's Limit the task waits for
// its turn, and if the group is canceled before that it never runs.
//
// If the group takes no more, the task comes back failed with [ErrGroupClosed]. Go panics before Do.
func (tg *TaskGroup) Go(fn func(ctx context.Context) error) *Task[Void] {
	m := &memberOf[Void]{task: Task[Void]{fn: fn}}
	tg.admit(&m.member, &m.task.core, (*body[Void])(&m.task))
	return &m.task
}

// GoValueIn is [TaskGroup.Go] for a function with a value.
func GoValueIn[T any](tg *TaskGroup, coro Coro[T]) *Task[T] {
	m := &memberOf[T]{task: Task[T]{coro: coro}}
	tg.admit(&m.member, &m.task.core, (*body[T])(&m.task))
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
	start *starting   // until the task says that it is ready
}

func (tg *TaskGroup) admit(m *member, t *sched.Task, body sched.Body) {
	if tg.scope == nil {
		panic("async: Go on a TaskGroup before its Do: start tasks in the body, or use async.Go")
	}
	l := tg.scope.Task().Loop()
	if tg.closedFor() {
		l.StartFailed(t, tg.scope, body, ErrGroupClosed)
		return
	}
	m.group, m.task = tg, t
	m.place, m.wait = sched.NewLink(m), sched.NewLink(m)
	tg.members.Push(&m.place)
	tg.launch(l, m, body)
	t.Notify(&m.wait)
}

// closedFor reports whether the group takes no more tasks.
func (tg *TaskGroup) closedFor() bool {
	return tg.state != groupOpen
}

// launch starts m, or has it wait for its turn.
func (tg *TaskGroup) launch(l *sched.Loop, m *member, body sched.Body) {
	switch {
	case tg.Limit > 0 && tg.running >= tg.Limit:
		m.queue = new(sched.Link)
		*m.queue = sched.NewLink(m)
		tg.held.Push(m.queue)
		l.Hold(m.task, tg.scope, body, m)
		return
	case l.Eager() && l.IsRunning():
		tg.running++
		l.StartEager(m.task, tg.scope, body)
	default:
		tg.running++
		l.Start(m.task, tg.scope, body)
	}
}

// Cancel lets a task that waits for its turn end without one.
func (m *member) Cancel(error) bool {
	if m.queue != nil {
		m.release()
	}
	return false // the request stays with the task, which ends of it
}

func (m *member) String() string { return "its turn in a TaskGroup at its limit" }

// release lets a task that waited for its turn run.
func (m *member) release() {
	m.group.held.Remove(m.queue)
	m.queue = nil
	m.group.running++
	m.task.Release()
}

// Fire takes a task that has ended out of its group; asyncio's _on_task_done.
func (m *member) Fire() {
	tg := m.group
	tg.members.Remove(&m.place)
	tg.running--
	if k := tg.held.First(); k != nil && tg.running < tg.Limit {
		k.Entry().(*member).release()
	}
	if tg.waiter != nil && tg.members.First() == nil {
		_ = tg.waiter.Finish()
	}
	if m.start != nil || m.task.State() != sched.Failed {
		return
	}
	tg.failed(m.task.Outcome())
}

// failed notes the error of a task and cancels its siblings.
func (tg *TaskGroup) failed(err error) {
	tg.errs = append(tg.errs, err)
	var panicked *PanicError
	if errors.As(err, &panicked) && tg.panicked == nil {
		tg.panicked = panicked
	}
	if tg.state == groupOpen && !tg.stopped && (!tg.Supervise || panicked != nil) {
		tg.stop(err)
	}
}

// Start starts fn as a task of the group and suspends until fn calls ready; trio's Nursery.start. It returns fn's error if
// fn ends before that, which then is not the group's.
//
// If ctx is canceled first, so is the task, and Start returns when it has ended.
func (tg *TaskGroup) Start(ctx context.Context, fn func(ctx context.Context, ready func()) error) error {
	p := sched.Enter(ctx)
	s := new(starting)
	s.ready.Init(p.Task().Loop())
	m := &memberOf[Void]{}
	m.member.start = s
	m.task.fn = func(ctx context.Context) error {
		return fn(ctx, func() {
			m.member.start = nil
			_ = s.ready.Finish()
		})
	}
	s.task = &m.task.core
	tg.admit(&m.member, s.task, (*body[Void])(&m.task))
	s.end = sched.NewLink(s)
	s.task.Notify(&s.end)
	return s.wait(p)
}

// starting is a task that has not said that it is ready.
type starting struct {
	task  *sched.Task
	ready sched.Future
	end   sched.Link
	ended bool
}

// wait suspends until the task is ready or has ended.
func (s *starting) wait(p sched.Place) error {
	for {
		err := s.ready.Await(p, s)
		switch {
		case s.ended:
			return s.outcome(p)
		case err == nil:
			s.task.Forget(&s.end)
			return nil
		}
		s.task.Cancel(err)
		p = p.Insistent()
		s.ready = sched.Future{}
		s.ready.Init(p.Task().Loop())
	}
}

func (s *starting) outcome(p sched.Place) error {
	if err := s.task.Outcome(); err != nil {
		return p.Told(err)
	}
	return errors.New("async: the task ended without calling ready")
}

// Fire ends the wait: the task has ended.
func (s *starting) Fire() {
	s.ended = true
	_ = s.ready.Finish()
}

// Cancel asks the task to stop, whose end is the wait's.
func (s *starting) Cancel(cause error) bool { return s.task.Cancel(cause) }

func (s *starting) String() string { return s.task.Name() + " to be ready" }
