package asynctest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// dropping is a queue that drops an item that was handed to a getter which is
// canceled before it runs.
type dropping struct {
	items   []int
	getters []*async.Future[int]
}

func (q *dropping) Put(_ context.Context, item int) error {
	for len(q.getters) > 0 {
		g := q.getters[0]
		q.getters = q.getters[1:]
		if g.SetResult(item) == nil {
			return nil
		}
	}
	q.items = append(q.items, item)
	return nil
}

func (q *dropping) Get(ctx context.Context) (int, error) {
	if len(q.items) > 0 {
		item := q.items[0]
		q.items = q.items[1:]
		return item, nil
	}
	g := async.NewFuture[int](ctx)
	q.getters = append(q.getters, g)
	return g.Await(ctx)
}

func TestCheckQueueFindsAnItemDroppedWithItsGetter(t *testing.T) {
	r := record(t, func(t testing.TB) {
		asynctest.CheckQueue(t, 0, func() asynctest.Queuer { return new(dropping) })
	})
	require.True(t, r.failed)
	require.Contains(t, r.all(), "an item is lost")
}

// event is an event with faults.
type event struct {
	primitives.Event
	deaf    bool // Set wakes nobody
	eager   bool // Wait does not wait
	polling bool // Wait looks again when it was woken: Set and Clear at once are lost
	slow    bool // Wait suspends although the event is set
}

func (e *event) Wait(ctx context.Context) error {
	if e.slow {
		if err := async.Yield(ctx); err != nil {
			return err
		}
	}
	for !e.eager {
		if err := e.Event.Wait(ctx); err != nil || !e.polling || e.IsSet() {
			return err
		}
	}
	return nil
}

func (e *event) Set() {
	if !e.deaf {
		e.Event.Set()
	}
}

func TestCheckEventFindsFaultyEvents(t *testing.T) {
	for says, e := range map[string]*event{
		"a wakeup was lost":                   {deaf: true},
		"although the event was not set":      {eager: true},
		"the event was set":                   {slow: true},
		"although the event was set since it": {polling: true},
	} {
		r := record(t, func(t testing.TB) {
			asynctest.CheckEvent(t, func() asynctest.Eventer {
				return &event{deaf: e.deaf, eager: e.eager, polling: e.polling, slow: e.slow}
			})
		})
		require.True(t, r.failed, says)
		require.Contains(t, r.all(), says)
	}
	asynctest.CheckEvent(t, func() asynctest.Eventer { return new(primitives.Event) })
}

// condition is a condition with faults, without fairness.
type condition struct {
	primitives.Lock
	waiters []*async.Future[async.Void]
	lossy   bool // a notification is lost with its task
	early   bool // Wait returns an error without the lock
	rough   bool // Notify wakes nobody
}

func (c *condition) Wait(ctx context.Context) error {
	w := async.NewFuture[async.Void](ctx)
	c.waiters = append(c.waiters, w)
	c.Release()
	err := w.Wait(ctx)
	if err != nil && c.early {
		return err
	}
	for inner := async.Uncancel(ctx); c.Acquire(inner) != nil; inner = async.Uncancel(ctx) {
		continue
	}
	if err != nil && !c.lossy && !w.Canceled() {
		c.Notify(1)
	}
	return err
}

func (c *condition) Notify(n int) {
	for ; n > 0 && len(c.waiters) > 0 && !c.rough; c.waiters = c.waiters[1:] {
		if c.waiters[0].SetResult(async.Void{}) == nil {
			n--
		}
	}
}

func TestCheckConditionFindsFaultyConditions(t *testing.T) {
	for name, c := range map[string]struct {
		says string
		make func() asynctest.Conditioner
	}{
		"lossy": {"a notification was lost", func() asynctest.Conditioner { return &condition{lossy: true} }},
		"rough": {"a notification was lost", func() asynctest.Conditioner { return &condition{rough: true} }},
		"early": {"Release", func() asynctest.Conditioner { return &condition{early: true} }},
	} {
		r := record(t, func(t testing.TB) { asynctest.CheckCondition(t, c.make) })
		require.True(t, r.failed, name)
		require.Contains(t, r.all(), c.says)
	}
	asynctest.CheckCondition(t, func() asynctest.Conditioner { return new(condition) })
	asynctest.CheckCondition(t, func() asynctest.Conditioner { return new(primitives.Condition) })
}

// rwlock is a lock for readers and writers with faults.
type rwlock struct {
	primitives.RWLock
	shared bool // readers take no notice of writers
	single bool // readers keep each other out
}

func (l *rwlock) AcquireRead(ctx context.Context) error {
	switch {
	case l.shared:
		return nil
	case l.single:
		return l.RWLock.Acquire(ctx)
	}
	return l.RWLock.AcquireRead(ctx)
}

func (l *rwlock) ReleaseRead() {
	switch {
	case l.shared:
	case l.single:
		l.RWLock.Release()
	default:
		l.RWLock.ReleaseRead()
	}
}

func TestCheckRWLockFindsFaultyLocks(t *testing.T) {
	for says, l := range map[string]*rwlock{
		"tasks write and":           {shared: true},
		"only 1 of 2 tasks may rea": {single: true},
	} {
		r := record(t, func(t testing.TB) {
			asynctest.CheckRWLock(t, func() asynctest.RWLocker { return &rwlock{shared: l.shared, single: l.single} })
		})
		require.True(t, r.failed, says)
		require.Contains(t, r.all(), says)
	}
	asynctest.CheckRWLock(t, func() asynctest.RWLocker { return new(primitives.RWLock) })
}
