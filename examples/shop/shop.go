package main

import (
	"context"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// shop takes orders, and delivers them.
type shop struct {
	every   time.Duration // between two orders
	summary func()        // of the day's orders, which takes a while

	stock     primitives.Lock  // of the one warehouse
	audited   primitives.Event // the auditors have gone through the books
	delivered int
}

func newShop(every time.Duration, summary func()) *shop {
	return &shop{every: every, summary: summary}
}

// open takes orders for d, and then calls look. It returns how many orders were
// delivered by then. Orders that are under way are canceled.
func (s *shop) open(ctx context.Context, d time.Duration, look func()) (delivered int, err error) {
	var orders async.TaskGroup
	err = orders.Do(ctx, func(ctx context.Context) error {
		orders.GoNamed("report", s.report)
		end := async.RunningLoop(ctx).Time() + d
		for async.RunningLoop(ctx).Time() < end {
			orders.Go(s.order)
			if err := async.Sleep(ctx, s.every); err != nil {
				return err
			}
		}
		look()
		orders.Cancel()
		return nil
	})
	return s.delivered, err
}

// order takes an order's goods out of the stock and delivers them.
func (s *shop) order(ctx context.Context) error {
	if err := s.stock.With(ctx, pay); err != nil {
		return err
	}
	async.Go(ctx, s.audit)
	s.delivered++
	return nil
}

// pay waits for the bank.
//
// What is wrong: the whole stock is locked meanwhile, so one order at a time
// is paid, however many come.
func pay(ctx context.Context) error { return async.Sleep(ctx, 100*time.Millisecond) }

// audit keeps an order for the auditors.
//
// What is wrong: nobody sets the event, so each order leaves a task behind.
func (s *shop) audit(ctx context.Context) error { return s.audited.Wait(ctx) }

// report sums the orders up once a second.
//
// What is wrong: the summary computes in the loop. ToThread would let the
// others run meanwhile.
func (s *shop) report(ctx context.Context) error {
	for {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		s.summary()
	}
}
