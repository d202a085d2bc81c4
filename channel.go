package async

import (
	"context"
	"iter"

	"github.com/gobaton/async/internal/pool"
	"github.com/gobaton/async/internal/sched"
)

// Recv receives from ch without holding the baton: v, ok := <-ch. It suspends
// the task until there is something, unless there is already. Which of several
// receivers gets an item is the channel's choice. In virtual time the clock
// stands still meanwhile.
//
// If ctx is canceled first, Recv returns its error and has taken nothing from
// ch. An item that comes in the very moment of the cancellation is returned,
// and the next await fails.
func Recv[T any](ctx context.Context, ch <-chan T) (v T, ok bool, err error) {
	p := sched.Enter(ctx)
	select {
	case v, ok = <-ch:
		return v, ok, nil
	default:
	}
	r := &receiving[T]{ch: ch}
	r.never = ch == nil
	if err := r.await(ctx, p, r); err != nil {
		return v, false, err
	}
	return r.v, r.ok, nil
}

// Send sends v to ch without holding the baton: ch <- v. It suspends the task
// until somebody receives v, or there is room for it, unless that is so
// already. It panics if ch is closed.
//
// If ctx is canceled first, Send returns its error and has sent nothing. If v
// is taken in the very moment of the cancellation, Send returns nil, and the
// next await fails.
func Send[T any](ctx context.Context, ch chan<- T, v T) error {
	p := sched.Enter(ctx)
	select {
	case ch <- v:
		return nil
	default:
	}
	s := &sending[T]{ch: ch, v: v}
	s.never = ch == nil
	err := s.await(ctx, p, s)
	if err == nil && s.panicked != nil {
		panic(s.panicked)
	}
	return err
}

// RecvAll receives from ch until it is closed, as a range over it would,
// without holding the baton. Each turn may suspend.
//
//	for v, err := range async.RecvAll(ctx, ch) {
//
// If ctx is canceled while it waits, the last turn has its error.
func RecvAll[T any](ctx context.Context, ch <-chan T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			v, ok, err := Recv(ctx, ch)
			if err == nil && !ok || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// A transfer is a wait for a channel, on a goroutine of the loop's threads, and
// the future of its end. A cancellation ends the goroutine's wait, and the
// task's when the goroutine has come back: it may come with an item all the
// same.
type transfer struct {
	future   sched.Future
	number   uint64        // in the order of submissions
	quit     chan struct{} // closed to end the wait; nil while there is no goroutine
	quitting bool
	cause    error
	moved    bool // the item has changed hands
	never    bool // the channel is nil: nothing will ever change hands
}

// mover is a transfer with its channel.
type mover interface {
	pool.Job
	sched.Entry
}

// await waits for the end of t, which is m without its channel.
func (t *transfer) await(ctx context.Context, p sched.Awaiter, m mover) error {
	core := p.Task().Loop()
	t.future.Init(core)
	if p.Status() == sched.NotRequested && !t.never { // else Await fails
		l := RunningLoop(ctx)
		l.useThreads()
		t.quit, t.number = make(chan struct{}), core.NextSubmission()
		if err := l.threads.pool.submit(context.Background(), m); err != nil {
			return err
		}
		core.Out()
		core.ChannelWaits(1)
		defer t.abandon()
	}
	err := t.future.Await(p, t)
	if t.future.Settled() && t.moved {
		return nil
	}
	return err
}

// Cancel asks for the end of the wait.
func (t *transfer) Cancel(cause error) bool {
	if t.quit == nil {
		return t.future.Cancel(cause)
	}
	if t.future.Settled() {
		return false
	}
	t.cause = cause
	t.abandon()
	return true
}

// abandon lets the goroutine come back.
func (t *transfer) abandon() {
	if !t.quitting {
		t.quitting = true
		close(t.quit)
	}
}

// Number returns t's place among what has left the loop, for a picker.
func (t *transfer) Number() uint64 { return t.number }

// String says what is waited for.
func (t *transfer) String() string {
	if t.never {
		return "a nil channel"
	}
	return "a channel"
}

// Drop returns false, and is never called: the pool has no bound, and so no
// queue.
func (t *transfer) Drop(error) bool { return false }

// Fire ends the wait with what the goroutine has brought.
func (t *transfer) Fire() {
	t.future.Loop().Back()
	t.future.Loop().ChannelWaits(-1)
	if t.moved {
		_ = t.future.Finish()
	} else {
		_ = t.future.Cancel(t.cause)
	}
}

// receiving is a Recv that waits.
type receiving[T any] struct {
	transfer
	ch <-chan T
	v  T
	ok bool
}

// Perform receives.
func (r *receiving[T]) Perform() bool {
	select {
	case r.v, r.ok = <-r.ch:
		r.moved = true
	case <-r.quit:
	}
	return true
}

// Deliver brings what was received to the loop.
func (r *receiving[T]) Deliver() { r.future.Loop().Post(r) }

// sending is a Send that waits.
type sending[T any] struct {
	transfer
	ch       chan<- T
	v        T
	panicked any // what the goroutine met in place of a receiver: the channel was closed
}

// Perform sends.
func (s *sending[T]) Perform() (deliver bool) {
	defer func() {
		deliver = true
		if s.panicked = recover(); s.panicked != nil {
			s.moved = true
		}
	}()
	select {
	case s.ch <- s.v:
		s.moved = true
	case <-s.quit:
	}
	return
}

// Deliver brings the end to the loop.
func (s *sending[T]) Deliver() { s.future.Loop().Post(s) }

// Kind names it without its state, from any goroutine.
func (*transfer) Kind() string { return "a channel" }
