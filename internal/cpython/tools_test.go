package cpython

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// dumped is the tree of tasks that main sees on a loop of its own.
func dumped(t *testing.T, main func(ctx context.Context)) (tree string) {
	t.Helper()
	_, _ = told(&async.Runner{Debug: true}, func(ctx context.Context) error {
		async.CurrentTask(ctx).SetName("main")
		main(ctx)
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		tree = async.Dump(ctx)
		return nil
	})
	return tree
}

// awaitEachOther starts tasks of these names, each of which awaits the next,
// and the last the first.
func awaitEachOther(ctx context.Context, names ...string) {
	tasks := make([]*plainTask, len(names))
	for i, name := range names {
		tasks[i] = async.Go(async.Named(ctx, name), func(ctx context.Context) error {
			return tasks[(i+1)%len(tasks)].Wait(ctx)
		})
	}
}

func TestAsyncioToolsTree_asyncio_utils_cycles(t *testing.T) {
	tree := dumped(t, func(ctx context.Context) {
		awaitEachOther(ctx, "a", "b")
		awaitEachOther(ctx, "c", "d", "e")
	})
	require.Contains(t, tree, "\ncycle: a waits for b, which waits for a\n")
	require.Contains(t, tree, "\ncycle: c waits for d, which waits for e, which waits for c\n")
}

func TestAsyncioToolsBasic_cycle_detection(t *testing.T) {
	tree := dumped(t, func(ctx context.Context) { awaitEachOther(ctx, "Task-1", "Task-2") })
	require.Contains(t, tree, "\ncycle: Task-1 waits for Task-2, which waits for Task-1\n")
}

func TestAsyncioToolsBasic_single_task_tree(t *testing.T) {
	tree := dumped(t, func(context.Context) {})
	require.Regexp(t, `^1 tasks\nmain \(\w+\) runs, started at \S+\n$`, tree)
}

func TestAsyncioToolsBasic_only_independent_tasks_tree(t *testing.T) {
	tree := dumped(t, func(ctx context.Context) {
		async.Go(async.Named(ctx, "taskA"), sleep(time.Hour))
		async.Go(async.Named(ctx, "taskB"), sleep(time.Hour))
	})
	require.Contains(t, tree, "\n├─ taskA (sleep) waits for a timer (1s)")
	require.Contains(t, tree, "\n└─ taskB (sleep) waits for a timer (1s)")
}

func TestAsyncioToolsBasic_complex_tree(t *testing.T) {
	tree := dumped(t, func(ctx context.Context) {
		async.Go(async.Named(ctx, "outer"), func(ctx context.Context) error {
			return async.Go(async.Named(ctx, "inner"), sleep(time.Hour)).Wait(ctx)
		})
	})
	require.Contains(t, tree, "\n└─ outer (TestAsyncioToolsBasic_complex_tree) waits for inner (1s)")
	require.Contains(t, tree, "\n   └─ inner (sleep) waits for a timer (1s)")
}

func TestAsyncioToolsEdgeCases_task_awaits_self(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var task *plainTask
		task = async.Go(ctx, func(ctx context.Context) error {
			require.Contains(t, panics(t, func() { _ = task.Wait(ctx) }), "itself")
			return nil
		})
		require.NoError(t, task.Wait(ctx))
	})
}
