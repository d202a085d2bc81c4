package twins_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A stage of a pipeline does its work on what comes in.
type stage struct {
	pause time.Duration
	work  func(int) int
	done  int
}

func (s *stage) run(ctx context.Context, source, sink *primitives.Queue[int]) error {
	defer sink.Shutdown(false)
	for item, err := range source.All(ctx) {
		if err != nil {
			return err
		}
		if err := async.Sleep(ctx, s.pause); err != nil {
			return err
		}
		if err := sink.Put(ctx, s.work(item)); err != nil {
			return err
		}
		s.done++
	}
	return nil
}

func double(n int) int { return 2 * n }

func square(n int) int { return n * n }

func report(ctx context.Context, doubled, squared *stage) error {
	for {
		if err := async.Sleep(ctx, 2250*time.Millisecond); err != nil {
			return err
		}
		fmt.Printf("double %d, square %d\n", doubled.done, squared.done)
	}
}

// A pipeline of stages with bounded queues between them, and a task that tells
// how far each has come.
func Example_pipeline() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var source, sink primitives.Queue[int]
		middle := primitives.NewQueue[int](2)
		for n := range 5 {
			_ = source.PutNowait(n + 1)
		}
		source.Shutdown(false)
		doubled, squared := &stage{pause: 500 * time.Millisecond, work: double}, &stage{pause: 1100 * time.Millisecond, work: square}
		progress := async.Go(ctx, async.Bind2(report, doubled, squared))
		err := async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(async.Bind2(doubled.run, &source, middle))
			tg.Go(async.Bind2(squared.run, middle, &sink))
			return nil
		})
		progress.Cancel()
		for n := range sink.All(ctx) {
			fmt.Println(n)
		}
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// double 4, square 1
	// double 5, square 3
	// 4
	// 16
	// 36
	// 64
	// 100
}
