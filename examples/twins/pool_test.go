package twins_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

type pool struct{ idle primitives.Queue[string] }

func newPool(size int) *pool {
	p := new(pool)
	for n := range size {
		_ = p.idle.PutNowait(fmt.Sprintf("connection %d", n))
	}
	return p
}

func (p *pool) with(ctx context.Context, patience time.Duration, body func(ctx context.Context, conn string) error) error {
	conn, err := async.TimeoutValue(ctx, patience, p.idle.Get)
	if err != nil {
		return err
	}
	defer func() { _ = p.idle.PutNowait(conn) }()
	return body(ctx, conn)
}

func (p *pool) query(ctx context.Context, d, patience time.Duration) error {
	err := p.with(ctx, patience, func(ctx context.Context, conn string) error {
		if err := async.Sleep(ctx, d); err != nil {
			return err
		}
		fmt.Printf("a query of %v on %s\n", d, conn)
		return nil
	})
	if errors.Is(err, async.ErrTimeout) {
		fmt.Printf("no connection for a query of %v\n", d)
		return nil
	}
	return err
}

// A pool of resources: whoever comes first is served first, for as long as it
// has patience.
func Example_pool() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		p := newPool(2)
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			for _, seconds := range []time.Duration{3, 1, 4, 6} {
				tg.Go(async.Bind2(p.query, seconds*time.Second, 10*time.Second))
			}
			tg.Go(async.Bind2(p.query, 2*time.Second, 2500*time.Millisecond))
			return nil
		})
		fmt.Println("idle:", p.idle.Qsize())
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// a query of 1s on connection 1
	// no connection for a query of 2s
	// a query of 3s on connection 0
	// a query of 4s on connection 1
	// a query of 6s on connection 0
	// idle: 2
}
