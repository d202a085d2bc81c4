package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Shield awaits aw and keeps a cancellation of the awaiting task from it;
// asyncio.shield. What is no task or future yet is started as a task.
//
// If ctx is canceled first, Shield returns its error and aw goes on: hold on to
// its task, so that somebody asks for its result.
func Shield[T any](ctx context.Context, aw Awaitable[T]) (T, error) {
	if err := refused(sched.Enter(ctx), aw); err != nil {
		var zero T
		return zero, err
	}
	inner, _ := ensure(ctx, aw)
	if err := shield(ctx, inner.future()); err != nil {
		var zero T
		return zero, err
	}
	return inner.Result()
}

// shield waits for f as a future of its own would, and ends with it.
func shield(ctx context.Context, f *sched.Future) error {
	if f.Settled() {
		return f.Await(sched.Enter(ctx), f)
	}
	s := &shieldWait{inner: f}
	s.outer.Init(f.Loop())
	s.link = sched.NewLink(s)
	f.Notify(&s.link)
	if err := s.outer.Await(sched.Enter(ctx), s); err != nil {
		f.Forget(&s.link)
		return err
	}
	return f.Await(sched.Enter(ctx), f)
}

// shieldWait is the future between a shielded one and its awaiter.
type shieldWait struct {
	outer sched.Future
	inner *sched.Future
	link  sched.Link
}

// Fire ends the outer future with the inner one.
func (s *shieldWait) Fire() {
	if s.inner.State() == sched.Canceled {
		_ = s.outer.Fail(s.inner.Peek())
		return
	}
	_ = s.outer.Finish()
}

// Cancel ends the wait alone.
func (s *shieldWait) Cancel(cause error) bool { return s.outer.Cancel(cause) }

func (s *shieldWait) String() string { return "a shield" }

// Kind names it without its state, from any goroutine.
func (s *shieldWait) Kind() string { return s.String() }
