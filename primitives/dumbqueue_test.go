package primitives_test

import (
	"context"
	"slices"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

type dumbQueue struct {
	items            []int
	insert           func(items []int, v int) []int // where a new item goes; items[0] is the next
	maxsize          int
	unfinished       int
	down             bool
	getters, putters []ticket
	joiners          []ticket
}

func (q *dumbQueue) full() bool { return q.maxsize > 0 && len(q.items) >= q.maxsize }

// wakeNext takes those at the head out of the line, until one of them was not
// done, and wakes that.
func wakeNext(line *[]ticket) {
	for len(*line) > 0 {
		f := (*line)[0]
		*line = (*line)[1:]
		if !f.Done() {
			_ = f.SetResult(f.number)
			return
		}
	}
}

func (q *dumbQueue) PutNowait(v int) error {
	switch {
	case q.down:
		return primitives.ErrQueueShutDown
	case q.full():
		return primitives.ErrQueueFull
	}
	q.items = q.insert(slices.Clone(q.items), v)
	q.unfinished++
	wakeNext(&q.getters)
	return nil
}

func (q *dumbQueue) GetNowait() (int, error) {
	if len(q.items) == 0 {
		if q.down {
			return 0, primitives.ErrQueueShutDown
		}
		return 0, primitives.ErrQueueEmpty
	}
	v := q.items[0]
	q.items = q.items[1:]
	wakeNext(&q.putters)
	return v, nil
}

func (q *dumbQueue) Put(ctx context.Context, v int) error {
	for q.full() {
		if q.down {
			return primitives.ErrQueueShutDown
		}
		f := hold(ctx, &q.putters)
		if err := await(ctx, f); err != nil {
			drop(&q.putters, f)
			if !q.full() && woken(f) {
				wakeNext(&q.putters)
			}
			return err
		}
	}
	return q.PutNowait(v)
}

func (q *dumbQueue) Get(ctx context.Context) (int, error) {
	for len(q.items) == 0 {
		if q.down {
			return 0, primitives.ErrQueueShutDown
		}
		f := hold(ctx, &q.getters)
		if err := await(ctx, f); err != nil {
			drop(&q.getters, f)
			if len(q.items) > 0 && woken(f) {
				wakeNext(&q.getters)
			}
			return 0, err
		}
	}
	return q.GetNowait()
}

func (q *dumbQueue) TaskDone() { q.done(1) }

func (q *dumbQueue) done(n int) {
	q.unfinished -= n
	if q.unfinished == 0 {
		for wakeOne(q.joiners) {
			continue
		}
	}
}

func (q *dumbQueue) Join(ctx context.Context) error {
	if q.unfinished == 0 {
		return nil
	}
	f := hold(ctx, &q.joiners)
	err := await(ctx, f)
	drop(&q.joiners, f)
	return err
}

func (q *dumbQueue) Shutdown(immediate bool) {
	q.down = true
	if immediate {
		n := min(len(q.items), q.unfinished)
		q.items = nil
		q.done(n)
	}
	for len(q.getters) > 0 {
		wakeNext(&q.getters)
	}
	for len(q.putters) > 0 {
		wakeNext(&q.putters)
	}
}

func (q *dumbQueue) Qsize() int { return len(q.items) }

// Waiting counts a task that Selects on the queue, too.
func (q *dumbQueue) Waiting() (getters, putters int) { return asleep(q.getters), asleep(q.putters) }

// dumbSelect gets from a or puts v into b, or gives up after d: one ticket
// stands in both lines.
func dumbSelect(ctx context.Context, a *dumbQueue, into *int, b *dumbQueue, v int, d time.Duration) (int, error) {
	try := func() (int, error) {
		var err error
		if *into, err = a.GetNowait(); err != primitives.ErrQueueEmpty {
			return 0, err
		}
		if err = b.PutNowait(v); err != primitives.ErrQueueFull {
			return 1, err
		}
		return -1, nil
	}
	i, err := try()
	if i >= 0 {
		return i, err
	}
	if d <= 0 {
		return 2, nil
	}
	loop := async.RunningLoop(ctx)
	deadline := loop.Now().Add(d)
	for {
		get := ticket{async.NewFuture[int](ctx), 0}
		put := ticket{get.Future, 1}
		a.getters, b.putters = append(a.getters, get), append(b.putters, put)
		alarm := loop.CallAt(deadline, func() { _ = get.SetResult(2) })
		err := await(ctx, get)
		alarm.Cancel()
		drop(&a.getters, get)
		drop(&b.putters, put)
		which, _ := get.Result()
		switch {
		case err != nil && woken(get) && which == 0 && len(a.items) > 0:
			wakeNext(&a.getters)
		case err != nil && woken(get) && which == 1 && !b.full():
			wakeNext(&b.putters)
		}
		switch {
		case err != nil:
			return -1, err
		case which == 2:
			return 2, nil
		case which == 1:
			if err := b.PutNowait(v); err != primitives.ErrQueueFull {
				return 1, err
			}
		}
		if i, err := try(); i >= 0 {
			return i, err
		}
	}
}
