package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Start starts fn as a task of the group and suspends until fn calls ready;
// trio's Nursery.start. If fn ends before that, Start returns its error, which
// then is not the group's, or [ErrNeverReady]; a panic goes on in Start. Apart
// from that it is as [TaskGroup.Go].
//
// If ctx is canceled first, so is the task, and Start returns when it has
// ended, or is ready in spite of that.
func (tg *TaskGroup) Start(ctx context.Context, fn func(ctx context.Context, ready func()) error) error {
	tg.mustHaveBegun()
	mustHaveFunc(fn != nil)
	p := sched.Enter(ctx)
	if err := p.Refused(); err != nil {
		return err
	}
	m := new(memberOf[Void])
	s := &starting{task: &m.task.core}
	s.over.Init(p.Task().Loop())
	s.end = sched.NewLink(s)
	m.member.start = s
	m.task.core.SetFunc(func(ctx context.Context) error {
		if asked(ctx, fn) {
			return nil
		}
		return fn(ctx, s.setReady)
	})
	tg.admit(tg.scope, &m.member, s.task, (*body[Void])(&m.task))
	s.task.Notify(&s.end)
	return s.wait(p)
}

// starting is a Start that waits.
type starting struct {
	task  *sched.Task
	over  sched.Future // ends when the task is ready, or has ended
	end   sched.Link   // for the task's end
	ready bool
}

func (s *starting) setReady() {
	s.ready = true
	_ = s.over.Finish()
}

// Fire ends the wait: the task has ended.
func (s *starting) Fire() { _ = s.over.Finish() }

// wait suspends until the task is ready or has ended.
func (s *starting) wait(p sched.Awaiter) error {
	err := s.over.Await(p, s)
	switch {
	case err != nil: // canceled when the task was ready, or had ended
		s.task.Cancel(causeOf(err))
		ended := s.task.Await(p.IgnorePending(), s.task)
		if ended != nil && !s.ready {
			return ended
		}
		return err
	case s.ready:
		s.task.Forget(&s.end)
		return nil
	}
	if err := s.task.Outcome(); err != nil {
		return p.AwaitedError(err)
	}
	return ErrNeverReady
}

// Cancel asks the task to stop, whose end is the wait's.
func (s *starting) Cancel(cause error) bool { return !s.over.Settled() && s.task.Cancel(cause) }

// Blockers returns the task.
func (s *starting) Blockers() []*sched.Task { return []*sched.Task{s.task} }

func (s *starting) String() string { return s.task.Name() + " to be ready" }

// Kind names it without its state, from any goroutine.
func (*starting) Kind() string { return "a task to be ready" }
