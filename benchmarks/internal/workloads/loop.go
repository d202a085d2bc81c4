package workloads

import (
	"context"

	"github.com/gobaton/async"
)

// run runs main on a loop.
func run(main func(ctx context.Context) error) {
	must(async.Run(context.Background(), main))
}

// must panics with an error: a workload that fails has measured nothing.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// startAll starts n tasks of fn.
func startAll(ctx context.Context, n int, fn func(ctx context.Context) error) []*async.Task[async.Void] {
	tasks := make([]*async.Task[async.Void], n)
	for i := range tasks {
		tasks[i] = async.Go(ctx, fn)
	}
	return tasks
}

// waitAll waits for the tasks, one after the other.
func waitAll(ctx context.Context, tasks []*async.Task[async.Void]) error {
	for _, task := range tasks {
		if err := task.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// nothing does nothing.
func nothing(context.Context) error { return nil }
