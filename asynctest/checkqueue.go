package asynctest

import (
	"context"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// A Queuer is what [CheckQueue] tries: items go in at one end and come out at
// the other.
type Queuer interface {
	// Put suspends until there is room for an item. It returns an error,
	// and puts nothing, if ctx is canceled first.
	Put(ctx context.Context, item int) error
	// Get suspends until there is an item. It returns an error, and takes
	// nothing, if ctx is canceled first.
	Get(ctx context.Context) (int, error)
}

// CheckQueue tries a queue that has room for size items, 0 for any number,
// under many schedules, with cancellations at every await. It fails the test if
// an item is lost, comes twice, or out of order, if there are more items than
// there is room for, and if a task waits on although it need not. makeQueue
// makes a queue for each schedule.
func CheckQueue(t testing.TB, size int, makeQueue func() Queuer) {
	t.Helper()
	Explorer{Cancel: true}.Explore(t, (&queueCheck{makeQueue: makeQueue, size: size}).run)
}

// queueCheck is a check of a queue.
type queueCheck struct {
	makeQueue func() Queuer
	size      int
}

// Of producers and consumers there are crowd each, with items items each.
const (
	crowd = 2
	items = 2
)

func (c *queueCheck) run(t testing.TB, ctx context.Context) {
	u := &queueUse{queueCheck: c, t: t, queue: c.makeQueue()}
	var tasks []*sched.Task
	for n := range crowd {
		tasks = append(tasks,
			spawn(ctx, "producer", func(ctx context.Context) error { return u.produce(ctx, n) }),
			spawn(ctx, "consumer", u.consume))
	}
	if err := WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
	u.checkIdle()
	cancelAll(ctx, tasks)
	for u.inside > 0 {
		u.drain(ctx)
	}
}

// drain takes an item that should be there.
func (u *queueUse) drain(ctx context.Context) {
	left, waited := u.inside, 0
	last := spawnSpared(ctx, "last", func(ctx context.Context) (err error) {
		waited = suspensions(ctx, func() { err = u.take(ctx) })
		return err
	})
	if err := WaitIdle(ctx); err != nil {
		u.t.Fatal(err)
	}
	defer cancelAll(ctx, []*sched.Task{last})
	if !last.Settled() || waited > 0 {
		u.t.Fatalf("an item is lost: Get waits although %d items should be in the queue", left)
	}
	if err := last.Peek(); err != nil {
		u.t.Fatal(err)
	}
}

// queueUse is a queue in use, in one schedule.
type queueUse struct {
	*queueCheck
	t       testing.TB
	queue   Queuer
	putting int                // producers in Put
	getting int                // consumers in Get
	inside  int                // items that were put and not taken
	now     int                // counts the beginnings and ends of Get
	taken   [crowd]map[int]int // the items of each producer that came out, and when
}

// produce puts the items of producer n, numbered from 1, as 10*n+i.
func (u *queueUse) produce(ctx context.Context, n int) error {
	for i := range items {
		u.putting++
		err := u.queue.Put(ctx, 10*n+i+1)
		u.putting--
		if err != nil {
			return err
		}
		if u.inside++; u.size > 0 && u.inside > u.size+u.getting {
			u.t.Errorf("%d items were put where there is room for %d", u.inside, u.size)
		}
	}
	return nil
}

func (u *queueUse) consume(ctx context.Context) error {
	for range items {
		if err := u.take(ctx); err != nil {
			return err
		}
	}
	return nil
}

// take gets an item and checks it.
func (u *queueUse) take(ctx context.Context) error {
	u.getting++
	u.now++
	began := u.now
	item, err := u.queue.Get(ctx)
	u.getting--
	if err != nil {
		return err
	}
	u.now++
	u.inside--
	u.checkItem(item, began)
	return nil
}

// checkItem checks that an item was put, comes once, and that no later one of
// its producer had come out before the Get began that has it now: of two Gets
// that overlap, either may return first.
func (u *queueUse) checkItem(item, began int) {
	n, i := item/10, item%10
	if n < 0 || n >= crowd {
		u.t.Errorf("item %d came out, which was never put", item)
		return
	}
	if u.taken[n] == nil {
		u.taken[n] = map[int]int{}
	}
	for later := i; later <= items; later++ {
		if at, ok := u.taken[n][later]; ok && (later == i || at < began) {
			u.t.Errorf("item %d of producer %d came after item %d", i, n, later)
		}
	}
	u.taken[n][i] = u.now
}

// checkIdle checks that nobody waits who need not.
func (u *queueUse) checkIdle() {
	if u.inside < 0 {
		u.t.Errorf("an item came out although Put had returned an error for it")
	}
	if u.getting > 0 && u.inside > 0 {
		u.t.Errorf("a wakeup was lost: %d tasks wait in Get, and %d items are in the queue", u.getting, u.inside)
	}
	if u.putting > 0 && (u.size == 0 || u.inside < u.size) {
		u.t.Errorf("a wakeup was lost: %d tasks wait in Put, and %d items are in the queue", u.putting, u.inside)
	}
}
