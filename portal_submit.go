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
func Submit[T any](p *Portal, coro Coro[T]) *Pending[T] { return submit(p, p.core, coro) }

// submit does what Submit does, with the context that the task is started with.
func submit[T any](p *Portal, start context.Context, coro Coro[T]) *Pending[T] {
	mustHaveFunc(coro != nil)
	s := &Pending[T]{loop: p.core, start: start, done: make(chan struct{})}
	s.task.coro = coro
	s.link = sched.NewLink((*finish[T])(s))
	if err := p.post((*begin[T])(s)); err != nil {
		s.err = err
		close(s.done)
	}
	return s
}

// A Pending is the result of what was submitted to a loop, for goroutines
// outside; concurrent.futures.Future. Its methods may be called from any
// goroutine.
type Pending[T any] struct {
	task  Task[T]
	link  sched.Link
	loop  *sched.Loop
	start context.Context // what the task is started with
	done  chan struct{}
	err   error
}

// Wait returns the task's value or error once it has ended; it returns ctx's
// error if that is done first, and leaves the task alone. It blocks; in a task
// of another loop it suspends. If the task panicked, Wait panics with its
// [*PanicError]; if it called [runtime.Goexit], the error is [ErrGoexit].
//
// It panics in a task of the same loop, which it would keep from running:
// submit from outside, or use [Go] and Await.
func (s *Pending[T]) Wait(ctx context.Context) (value T, err error) {
	if sched.Running(ctx) && sched.Of(ctx) == s.loop || s.loop.Held() {
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
	s.loop.Post((*retrieval[T])(s))
	if panicked, ok := s.err.(*PanicError); ok {
		panic(panicked)
	}
	return value, s.err
}

// wait returns when the task has ended, or ctx is done.
func (s *Pending[T]) wait(ctx context.Context) error {
	select {
	case <-s.done:
		return nil
	default:
	}
	defer pool.Lend(ctx)()
	sched.WaitOutside(ctx, s.loop, &s.task.core.Future)
	return waitClosed(ctx, s.done)
}

// Done returns a channel that is closed when the task has ended.
func (s *Pending[T]) Done() <-chan struct{} { return s.done }

// Cancel asks the task to stop; see [Task.Cancel]. It reports whether the task
// had not ended, and the loop was there to be told.
func (s *Pending[T]) Cancel() bool {
	select {
	case <-s.done:
		return false
	default:
		return s.loop.Post((*cancel[T])(s))
	}
}

// A Pending has a turn in the loop when it begins, ends, is canceled, and when
// somebody was told of its error.
type (
	begin[T any]     Pending[T]
	finish[T any]    Pending[T]
	cancel[T any]    Pending[T]
	retrieval[T any] Pending[T]
)

// Fire starts the task, unless the loop is being ended: it has no time for
// more.
func (b *begin[T]) Fire() {
	if b.loop.Ending() {
		b.Drop()
		return
	}
	start(b.start, &b.task.core, (*body[T])(&b.task))
	b.task.core.Notify(&b.link)
}

// Drop tells that the loop has ended before the task began.
func (b *begin[T]) Drop() {
	b.err = ErrClosed
	close(b.done)
}

// Fire hands the task's end to those who wait outside.
func (f *finish[T]) Fire() {
	f.err = f.task.core.Peek()
	close(f.done)
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
