package primitives

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Case is something that [Select] may do: [Queue.OnGet], [Queue.OnPut] or
// [After]. It may be used any number of times.
type Case interface {
	// enter panics unless ctx is that of the running task, in the loop of
	// the case's queue.
	enter(ctx context.Context)

	// try does the case unless it has to wait; woken says that it was just
	// waited for.
	try(woken bool) (done bool, err error)

	// addTo lets w wait for it under index i; since is when it began to.
	addTo(w *waitq.MultiWait, i int, since time.Duration)

	// pass gives a wakeup that will not be used to the next task.
	pass()
}

// Select does one of the cases, the first that it can, and returns its number.
// If several can be done at once it does the one that stands first, without
// suspending; else it suspends the task until one can be done. In each queue it
// keeps its place among the tasks that wait there alone. A nil Case is never
// done.
//
// A case of a queue that was shut down is done with [ErrQueueShutDown]. If ctx
// is canceled first, Select returns -1 and its error, and has done none of the
// cases.
func Select(ctx context.Context, cases ...Case) (int, error) {
	p := sched.Enter(ctx)
	for _, c := range cases {
		if c != nil {
			c.enter(ctx)
		}
	}
	if i, err := selectNow(cases); i >= 0 {
		return i, err
	}
	return selectLater(p, cases)
}

// selectNow does the first case that need not wait, or returns -1.
func selectNow(cases []Case) (int, error) {
	for i, c := range cases {
		if c == nil {
			continue
		}
		if done, err := c.try(false); done {
			return i, err
		}
	}
	return -1, nil
}

// selectLater waits until one of the cases was done, or for a cancellation.
func selectLater(p sched.Awaiter, cases []Case) (int, error) {
	w, since := waitq.NewMultiWait(p, len(cases)), p.Task().Loop().Now()
	for {
		for i, c := range cases {
			if c != nil {
				c.addTo(w, i, since)
			}
		}
		i, woke, err := w.Wait(p, awaitedCase)
		if err != nil {
			if woke {
				cases[i].pass()
			}
			return -1, err
		}
		if done, err := cases[i].try(true); done {
			return i, err
		}
		if i, err := selectNow(cases); i >= 0 { // another task took what this one was woken for
			return i, err
		}
	}
}

var awaitedCase fmt.Stringer = sched.Text("one of the cases of a Select")

// OnGet returns a [Case] that takes an item out of the queue, as [Queue.Get]
// does, and stores it in into, unless that is nil.
func (q *Queue[T]) OnGet(into *T) Case { return getCase[T]{q, into} }

type getCase[T any] struct {
	q    *Queue[T]
	into *T
}

func (c getCase[T]) enter(ctx context.Context)                        { c.q.getters.Enter(ctx) }
func (c getCase[T]) addTo(w *waitq.MultiWait, i int, _ time.Duration) { w.Add(i, &c.q.getters) }
func (c getCase[T]) pass()                                            { c.q.passItem(true) }
func (c getCase[T]) try(bool) (done bool, err error) {
	v, err := c.q.GetNowait()
	if err == nil && c.into != nil {
		*c.into = v
	}
	return err != ErrQueueEmpty, err
}

// OnPut returns a [Case] that puts v into the queue, as [Queue.Put] does.
func (q *Queue[T]) OnPut(v T) Case { return putCase[T]{q, v} }

type putCase[T any] struct {
	q *Queue[T]
	v T
}

func (c putCase[T]) enter(ctx context.Context)                        { c.q.putters.Enter(ctx) }
func (c putCase[T]) addTo(w *waitq.MultiWait, i int, _ time.Duration) { w.Add(i, &c.q.putters) }
func (c putCase[T]) pass()                                            { c.q.passRoom(true) }
func (c putCase[T]) try(bool) (done bool, err error) {
	err = c.q.PutNowait(c.v)
	return err != ErrQueueFull, err
}

// After returns a [Case] that is done when [Select] has waited for d, by the
// loop's clock. If d is not positive it is done at once: as the last of the
// cases it keeps Select from waiting.
func After(d time.Duration) Case { return timeCase(d) }

type timeCase time.Duration

func (timeCase) enter(context.Context)                   {}
func (timeCase) pass()                                   {}
func (d timeCase) try(woken bool) (done bool, err error) { return woken || d <= 0, nil }
func (d timeCase) addTo(w *waitq.MultiWait, i int, since time.Duration) {
	if until := since + time.Duration(d); until > since { // else it is beyond the end of time
		w.Until(i, until)
	}
}
