package async

import (
	"context"

	"github.com/gobaton/async/internal/pool"
	"github.com/gobaton/async/internal/sched"
)

// Submit starts coro as a task of the portal's loop; asyncio's
// run_coroutine_threadsafe. It may be called from any goroutine and does not
// wait: the [Pending] does. If the portal or the loop is closed, the Pending
// has failed with [ErrClosed].
func Submit[T any](p *Portal, coro Coro[T]) *Pending[T] {
	mustHaveFunc(coro != nil)
	s := &Pending[T]{portal: p}
	s.task.coro = coro
	s.submit((*begin[T])(s))
	return s
}

// submit posts first, which is to begin the task.
func (s *Pending[T]) submit(first sched.Entry) {
	s.link = sched.NewLink((*finish[T])(s))
	if err := s.portal.post(first); err != nil {
		s.fail(err)
	}
}

// fail ends s with an error: its task will never run.
func (s *Pending[T]) fail(err error) {
	s.err = err
	s.ended.setOpen()
}

// A Pending is the result of what was submitted to a loop, for goroutines
// outside; concurrent.futures.Future. Its methods may be called from any
// goroutine.
type Pending[T any] struct {
	task   Task[T]
	link   sched.Link
	portal *Portal
	ended  latch
	err    error
}

// Wait returns the task's value or error once it has ended; it returns ctx's
// error if that is done first, and leaves the task alone. It blocks; in a task
// of another loop it suspends. If the task panicked, Wait panics with its
// [*PanicError]; if it called [runtime.Goexit], the error is [ErrGoexit].
//
// It panics in a task of the same loop, which it would keep from running:
// submit from outside, or use [Go] and Await.
func (s *Pending[T]) Wait(ctx context.Context) (value T, err error) {
	if s.portal.core.Within(ctx) {
		panic("async: Pending.Wait in a task of the same loop would block it for ever: use Go, and Await the task")
	}
	if err := s.wait(ctx); err != nil {
		return value, err
	}
	return s.outcome()
}

// outcome returns the task's value or error, once it has ended.
func (s *Pending[T]) outcome() (value T, err error) {
	if s.err == nil {
		return s.task.value, nil
	}
	s.portal.core.Post((*retrieval[T])(s))
	if panicked, ok := s.err.(*PanicError); ok {
		panic(panicked)
	}
	return value, s.err
}

// wait returns when the task has ended, or ctx is done.
func (s *Pending[T]) wait(ctx context.Context) error {
	switch {
	case s.ended.isOpen():
		return nil
	case sched.Unrelated(ctx):
		return s.ended.wait(ctx, &s.portal.waiters)
	}
	defer pool.Lend(ctx)()
	sched.WaitOutside(ctx, s.portal.core, &s.task.core.Future)
	return waitClosed(ctx, s.Done())
}

// Done returns a channel that is closed when the task has ended.
func (s *Pending[T]) Done() <-chan struct{} { return s.ended.channel() }

// Cancel asks the task to stop; see [Task.Cancel]. It reports whether the task
// had not ended, and the loop was there to hear it.
func (s *Pending[T]) Cancel() bool {
	return !s.ended.isOpen() && s.portal.core.Post((*cancel[T])(s))
}

// A Pending has a turn in the loop when it begins, ends, is canceled, and when
// somebody has its error.
type (
	begin[T any]     Pending[T]
	finish[T any]    Pending[T]
	cancel[T any]    Pending[T]
	retrieval[T any] Pending[T]
)

// Fire starts the task.
func (b *begin[T]) Fire() { (*Pending[T])(b).begin(b.portal.core) }

// Drop tells that the loop has ended before the task began.
func (b *begin[T]) Drop() { (*Pending[T])(b).fail(ErrClosed) }

// begin starts the task with ctx, unless the loop is being ended: it has no
// time for more.
func (s *Pending[T]) begin(ctx context.Context) {
	if s.portal.core.Ending() {
		s.fail(ErrClosed)
		return
	}
	start(ctx, &s.task.core, (*body[T])(&s.task))
	s.task.core.Notify(&s.link)
}

// Fire hands the task's end to those that wait outside.
func (f *finish[T]) Fire() {
	f.err = f.task.core.Peek()
	f.ended.setOpen()
}

// Drop does what Fire does: the loop ends, and the task has ended before.
func (f *finish[T]) Drop() { f.Fire() }

// Fire notes that the error was not lost.
func (r *retrieval[T]) Fire() {
	if r.task.core.Loop() != nil {
		_ = r.task.core.Outcome()
	}
}

// Drop does what Fire does.
func (r *retrieval[T]) Drop() { r.Fire() }

// Fire cancels the task.
func (c *cancel[T]) Fire() {
	if c.task.core.Loop() != nil {
		c.task.core.Cancel(nil)
	}
}
