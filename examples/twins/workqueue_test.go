package twins_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

func work(ctx context.Context, queue *primitives.Queue[int]) error {
	for seconds, err := range queue.All(ctx) {
		if err != nil {
			return err
		}
		if err := async.Sleep(ctx, time.Duration(seconds)*time.Second); err != nil {
			return err
		}
		fmt.Println(async.CurrentTask(ctx).Name(), "has slept for", seconds)
		queue.TaskDone()
	}
	return nil
}

// A queue, workers that take from it, Join for the last item, and a
// cancellation for the workers.
func Example_workQueue() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var queue primitives.Queue[int]
		for _, seconds := range []int{5, 1, 2, 1} {
			_ = queue.PutNowait(seconds)
		}
		var workers []*async.Task[async.Void]
		for i := range 2 {
			workers = append(workers, async.Go(async.Named(ctx, fmt.Sprintf("worker-%d", i)), async.Bind(work, &queue)))
		}
		if err := queue.Join(ctx); err != nil {
			return err
		}
		for _, w := range workers {
			w.Cancel()
		}
		_, err := async.GatherSettled(ctx, workers...)
		fmt.Println("all done")
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// worker-1 has slept for 1
	// worker-1 has slept for 2
	// worker-1 has slept for 1
	// worker-0 has slept for 5
	// all done
}
