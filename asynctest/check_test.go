package asynctest_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// shaky is a lock with faults.
type shaky struct {
	permits
	lifo    bool // the last that came goes first
	barging bool // who comes while nobody holds it need not stand in line
	open    bool // it lets everybody through
}

func (s *shaky) Acquire(ctx context.Context) error {
	if s.open {
		return nil
	}
	for s.barging {
		if s.free > 0 {
			s.free--
			return nil
		}
		turn := async.NewFuture[async.Void](ctx)
		s.line = append(s.line, turn)
		if err := turn.Wait(ctx); err != nil {
			return err
		}
	}
	return s.acquire(ctx)
}

func (s *shaky) Release() {
	if s.barging {
		s.free++
		if len(s.line) > 0 {
			turn := s.line[0]
			s.line = s.line[1:]
			_ = turn.SetResult(async.Void{})
		}
		return
	}
	if n := len(s.line); s.lifo && n > 0 {
		s.line[0], s.line[n-1] = s.line[n-1], s.line[0]
	}
	s.release()
}

func TestCheckLockFindsFaultyLocks(t *testing.T) {
	for name, c := range map[string]struct {
		make func() asynctest.Locker
		says string
	}{
		"it is no lock":               {func() asynctest.Locker { return &shaky{open: true} }, "2 tasks were let through at once"},
		"the last one goes first":     {func() asynctest.Locker { return &shaky{lifo: true, permits: permits{free: 1, fixed: true}} }, "had waited for longer"},
		"newcomers need not wait":     {func() asynctest.Locker { return &shaky{barging: true, permits: permits{free: 1}} }, "had waited for longer"},
		"a cancellation loses it":     {func() asynctest.Locker { return &shaky{permits: permits{free: 1}} }, "permit"},
		"it is locked from the start": {func() asynctest.Locker { return &shaky{} }, "permit"},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) { asynctest.CheckLock(t, c.make) })
			require.True(t, r.failed)
			require.Contains(t, r.all(), c.says)
		})
	}
}

// leaky is a queue with faults, on one that has none.
type leaky struct {
	*primitives.Queue[int]
	twice bool // items come twice
	lossy bool // an item is lost with whom it was for
}

func (q *leaky) Put(ctx context.Context, item int) error {
	if q.twice {
		if err := q.Queue.Put(ctx, item); err != nil {
			return err
		}
	}
	return q.Queue.Put(ctx, item)
}

func (q *leaky) Get(ctx context.Context) (int, error) {
	item, err := q.Queue.Get(ctx)
	if q.lossy && err == nil && ctx.Err() == nil {
		return item, async.Yield(ctx)
	}
	return item, err
}

func TestCheckQueueFindsFaultyQueues(t *testing.T) {
	for name, c := range map[string]struct {
		size int
		make func() asynctest.Queuer
		says string
	}{
		"items come twice":         {0, func() asynctest.Queuer { return &leaky{Queue: primitives.NewQueue[int](0), twice: true} }, "came after item"},
		"a cancellation loses one": {0, func() asynctest.Queuer { return &leaky{Queue: primitives.NewQueue[int](0), lossy: true} }, "item"},
		"the last comes first":     {0, func() asynctest.Queuer { return primitives.NewLifoQueue[int](0) }, "came after item"},
		"it has too much room":     {1, func() asynctest.Queuer { return primitives.NewQueue[int](3) }, "where there is room for 1"},
		"it has too little":        {2, func() asynctest.Queuer { return primitives.NewQueue[int](1) }, "wait in Put"},
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t, func(t testing.TB) { asynctest.CheckQueue(t, c.size, c.make) })
			require.True(t, r.failed)
			require.Contains(t, r.all(), c.says)
		})
	}
}
