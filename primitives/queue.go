package primitives

import (
	"context"
	"fmt"
	"iter"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Queue passes items from task to task; asyncio.Queue. The zero Queue takes
// any number of items and returns them in the order they were put.
//
// An item is not handed over: it stays in the queue until the task that was
// woken for it has its turn. A Get that comes between takes it, and the woken
// task waits again, behind the others.
type Queue[T any] struct {
	fifo       fifo[T]
	order      store[T] // in place of fifo, if not nil
	size       int
	maxsize    int // not positive: no bound
	unfinished int // items put for which there was no TaskDone
	down       bool
	getters    waitq.Queue
	putters    waitq.Queue
	joiners    waitq.Queue
}

// NewQueue returns a queue of at most maxsize items, or of any number if
// maxsize is not positive, that returns them in the order they were put.
func NewQueue[T any](maxsize int) *Queue[T] {
	return newQueue[T](maxsize, nil)
}

// NewLifoQueue returns a queue like [NewQueue]'s that returns the item put last
// first; asyncio.LifoQueue.
func NewLifoQueue[T any](maxsize int) *Queue[T] {
	return newQueue[T](maxsize, new(lifo[T]))
}

// NewPriorityQueue returns a queue like [NewQueue]'s that returns the least
// item first, and of equal items the one put first; asyncio.PriorityQueue. It
// panics if less is nil.
func NewPriorityQueue[T any](maxsize int, less func(a, b T) bool) *Queue[T] {
	if less == nil {
		panic("async: NewPriorityQueue without less: give the function that says which item comes first")
	}
	return newQueue[T](maxsize, &heap[T]{less: less})
}

func newQueue[T any](maxsize int, order store[T]) *Queue[T] {
	return &Queue[T]{order: order, maxsize: maxsize}
}

// Put puts v into the queue. It suspends the task while the queue is full;
// waiting tasks are woken in the order they came.
//
// It returns [ErrQueueShutDown] if the queue was shut down. If ctx is canceled
// first, Put returns its error and v is not in the queue.
func (q *Queue[T]) Put(ctx context.Context, v T) error {
	p := q.putters.Enter(ctx)
	for q.Full() && !q.down {
		k := q.putters.Push(p) // Wait written out: a call less around the switch is 4% of an item's way
		woke, err := p.Park((*awaitedRoom[T])(q))
		q.putters.Remove(k)
		if err != nil {
			q.passRoom(woke)
			return err
		}
	}
	if q.down {
		return ErrQueueShutDown
	}
	q.push(v)
	return nil
}

// Get takes an item out of the queue. It suspends the task while the queue is
// empty; waiting tasks are woken in the order they came.
//
// It returns [ErrQueueShutDown] if the queue was shut down and no item is left.
// If ctx is canceled first, Get returns its error and takes no item.
func (q *Queue[T]) Get(ctx context.Context) (v T, err error) {
	p := q.getters.Enter(ctx)
	for q.size == 0 {
		if q.down {
			return v, ErrQueueShutDown
		}
		k := q.getters.Push(p) // as in Put
		woke, err := p.Park(awaitedItem)
		q.getters.Remove(k)
		if err != nil {
			q.passItem(woke)
			return v, err
		}
	}
	return q.pop(), nil
}

// PutNowait puts v into the queue, or returns [ErrQueueFull] or
// [ErrQueueShutDown]. It never suspends.
func (q *Queue[T]) PutNowait(v T) error {
	if sched.Guarding() {
		waitq.CheckCaller("Queue.PutNowait was called", &q.getters, &q.putters, &q.joiners)
	}
	switch {
	case q.down:
		return ErrQueueShutDown
	case q.Full():
		return ErrQueueFull
	}
	q.push(v)
	return nil
}

// GetNowait takes an item out of the queue, or returns [ErrQueueEmpty] or
// [ErrQueueShutDown]. It never suspends.
func (q *Queue[T]) GetNowait() (v T, err error) {
	if sched.Guarding() {
		waitq.CheckCaller("Queue.GetNowait was called", &q.getters, &q.putters, &q.joiners)
	}
	switch {
	case q.size > 0:
		return q.pop(), nil
	case q.down:
		return v, ErrQueueShutDown
	}
	return v, ErrQueueEmpty
}

// push adds v, for which there is room, and wakes the task that is to get it.
func (q *Queue[T]) push(v T) {
	if q.order != nil {
		q.order.put(v)
	} else {
		q.fifo.put(v)
	}
	q.size++
	q.unfinished++
	q.getters.WakeNext()
}

// pop removes the next item, which is there, and wakes the task that is to put
// another.
func (q *Queue[T]) pop() (v T) {
	q.size--
	if q.order != nil {
		v = q.order.take()
	} else {
		v = q.fifo.take()
	}
	q.putters.WakeNext()
	return v
}

// passRoom wakes another, if there is room, for a task that was woken for it
// and cannot use it.
func (q *Queue[T]) passRoom(woke bool) {
	if woke && !q.Full() {
		q.putters.WakeNext()
	}
}

// passItem wakes another, if there is an item, for a task that was woken for it
// and cannot use it.
func (q *Queue[T]) passItem(woke bool) {
	if woke && q.size > 0 {
		q.getters.WakeNext()
	}
}

// All gives the items one after another as [Queue.Get] does, until the queue is
// shut down and empty. It suspends the task while the queue is empty. Whoever
// gets what the queue gives still owes it a [Queue.TaskDone] if anybody joins.
//
// If ctx is canceled, All gives its error, with no item, and ends.
func (q *Queue[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			v, err := q.Get(ctx)
			if err == ErrQueueShutDown || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// TaskDone tells that the work on an item that was taken is done. It never
// suspends. TaskDone panics if it is called more often than there were items.
func (q *Queue[T]) TaskDone() {
	if sched.Guarding() {
		waitq.CheckCaller("Queue.TaskDone was called", &q.getters, &q.putters, &q.joiners)
	}
	if q.unfinished == 0 {
		panic("async: too many TaskDone: call it once for each item taken out of the Queue")
	}
	q.finish(1)
}

func (q *Queue[T]) finish(n int) {
	q.unfinished -= n
	if q.unfinished == 0 {
		q.joiners.WakeAll()
	}
}

// Join returns when there was a [Queue.TaskDone] for every item ever put. It
// suspends the task until then.
//
// If ctx is canceled first, Join returns its error.
func (q *Queue[T]) Join(ctx context.Context) error {
	p := q.joiners.Enter(ctx)
	if q.unfinished == 0 {
		return nil
	}
	_, err := q.joiners.Wait(p, (*awaitedEnd[T])(q))
	return err
}

// Shutdown ends the queue: from now on Put fails with [ErrQueueShutDown], and
// so does Get once the items that are left are gone. If it is immediate they
// are dropped, and count as done. Each task that waits to put or to get is
// woken. It never suspends.
func (q *Queue[T]) Shutdown(immediate bool) {
	if sched.Guarding() {
		waitq.CheckCaller("Queue.Shutdown was called", &q.getters, &q.putters, &q.joiners)
	}
	q.down = true
	if immediate {
		n := min(q.size, q.unfinished)
		q.drop()
		q.finish(n)
	}
	q.getters.WakeAll()
	q.putters.WakeAll()
}

// drop takes all items out, and wakes no task.
func (q *Queue[T]) drop() {
	q.size = 0
	if q.order != nil {
		q.order.clear()
	} else {
		q.fifo = fifo[T]{}
	}
}

// Qsize returns the number of items in the queue.
func (q *Queue[T]) Qsize() int { return q.size }

// Maxsize returns how many items the queue holds at most; any
// number if that is not positive.
func (q *Queue[T]) Maxsize() int { return q.maxsize }

// Empty reports whether there is no item in the queue.
func (q *Queue[T]) Empty() bool { return q.size == 0 }

// Full reports whether there is no room in the queue.
func (q *Queue[T]) Full() bool { return q.maxsize > 0 && q.size >= q.maxsize }

// Waiting returns how many tasks wait to get, and to put.
func (q *Queue[T]) Waiting() (getters, putters int) {
	return q.getters.Len(), q.putters.Len()
}

var awaitedItem fmt.Stringer = sched.Text("an item of a Queue")

// awaitedRoom names a Queue whose room a task waits for.
type awaitedRoom[T any] Queue[T]

// String tells how much there is.
func (q *awaitedRoom[T]) String() string {
	return fmt.Sprintf("room in a Queue (maxsize %d)", q.maxsize)
}

// awaitedEnd names a Queue that a task joins.
type awaitedEnd[T any] Queue[T]

// String says how many items are not done yet.
func (q *awaitedEnd[T]) String() string {
	return fmt.Sprintf("the work on a Queue (%d unfinished)", q.unfinished)
}

// Kind names it without its state, from any goroutine.
func (*awaitedRoom[T]) Kind() string { return "room in a Queue" }

// Kind names it without its state, from any goroutine.
func (*awaitedEnd[T]) Kind() string { return "the work on a Queue" }
