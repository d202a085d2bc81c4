package cpython

import (
	"context"
	"iter"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A view is what the task that runs sees of the graph of calls: its own stack,
// and the tree of all tasks.
type view struct {
	calls string   // of its stack, innermost first
	stack []string // their last names
	tree  string
}

// take looks.
func (v *view) take(ctx context.Context) {
	v.calls, v.stack = "", nil
	for _, f := range async.CurrentTask(ctx).Stack() {
		v.calls += f.Function + "\n"
		v.stack = append(v.stack, regexp.MustCompile(`[\w)]+$`).FindString(f.Function))
	}
	v.tree = async.Dump(ctx)
}

// inner and outer are the calls of a task that looks when it goes on.
func (v *view) inner(ctx context.Context) error {
	err := async.Yield(ctx)
	v.take(ctx)
	return err
}

func (v *view) outer(ctx context.Context) error { return v.inner(ctx) }

// requireCalls requires the stack to begin with these calls.
func (v *view) requireCalls(t *testing.T, calls ...string) {
	t.Helper()
	require.GreaterOrEqual(t, len(v.stack), len(calls), v.stack)
	require.Equal(t, calls, v.stack[:len(calls)])
}

// requireLines requires the tree to have a line with each of these texts.
func (v *view) requireLines(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		require.Contains(t, v.tree, text)
	}
	require.Len(t, strings.Split(strings.TrimSpace(v.tree), "\n"), 1+len(texts))
}

func TestCallStackTestBase_stack_tgroup(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		require.NoError(t, async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			root := tg.Go(v.outer)
			root.SetName("c2_root")
			tg.Go(root.Wait).SetName("sub_main_1")
			tg.Go(root.Wait).SetName("sub_main_2")
			return nil
		}))
		v.requireCalls(t, "take", "inner", "outer")
		v.requireLines(t, "Task-1 (the test) waits for the tasks of a TaskGroup", "c2_root ((*view).outer) runs",
			"sub_main_1 ((*Task).Wait) waits for c2_root", "sub_main_2 ((*Task).Wait) waits for c2_root")
	})
}

// generate is an iterator that looks between its items.
func (v *view) generate(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range 2 {
			if !yield(i) {
				return
			}
			v.take(ctx)
		}
	}
}

func TestCallStackTestBase_stack_async_gen(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		for range v.generate(ctx) {
			require.NoError(t, async.Yield(ctx))
		}
		v.requireCalls(t, "take")
		require.Regexp(t, `(?s)take\n.*generate.*TestCallStackTestBase_stack_async_gen`, v.calls)
	})
}

func TestCallStackTestBase_stack_gather(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		_, err := async.Gather(ctx, async.Func(v.outer), sleep(time.Second))
		require.NoError(t, err)
		v.requireCalls(t, "take", "inner", "outer")
		v.requireLines(t, "waits for tasks in Gather", "Task-2 ((*view).outer) runs", "Task-3 (sleep) waits for a timer")
	})
}

func TestCallStackTestBase_stack_shield(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		_, err := async.Shield(ctx, async.Func(v.outer))
		require.NoError(t, err)
		v.requireCalls(t, "take", "inner", "outer")
		v.requireLines(t, "waits for a shield", "Task-2 ((*view).outer) runs")
	})
}

func TestCallStackTestBase_stack_timeout(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		bounded := func(ctx context.Context) error { return async.Timeout(ctx, time.Second, v.inner) }
		_, err := async.Shield(ctx, async.Func(bounded))
		require.NoError(t, err)
		v.requireCalls(t, "take", "inner", "Do", "Timeout")
		v.requireLines(t, "waits for a shield", "Task-2 (TestCallStackTestBase_stack_timeout) runs")
	})
}

func TestCallStackTestBase_stack_wait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		_, _, err := async.Wait(ctx, async.AllCompleted, async.Go(ctx, v.outer), async.Go(ctx, sleep(time.Second)))
		require.NoError(t, err)
		v.requireCalls(t, "take", "inner", "outer")
		v.requireLines(t, "waits for tasks in Wait", "Task-2 ((*view).outer) runs", "Task-3 (sleep) waits for a timer")
	})
}

func TestCallStackTestBase_stack_task(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		require.NoError(t, async.Go(async.Named(ctx, "there there"), v.outer).Wait(ctx))
		v.requireCalls(t, "take", "inner", "outer")
		v.requireLines(t, "Task-1 (the test) waits for there there", "there there ((*view).outer) runs")
	})
}

func TestCallStackTestBase_stack_future(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var v view
		f := async.NewFuture[int](ctx)
		a := async.Go(async.Named(ctx, "task A"), func(ctx context.Context) error { return outer(ctx, f) })
		b := async.Go(async.Named(ctx, "task B"), f.Wait)
		yields(t, ctx, 5)
		v.take(ctx)
		v.requireLines(t, "Task-1 (the test) runs",
			"task A (TestCallStackTestBase_stack_future) waits for a future", "task B ((*Future).Wait) waits for a future")
		require.Len(t, a.Stack(), len(b.Stack())+3, "outer, inner and the function around them")
		require.NoError(t, f.SetResult(0))
		_, err := async.Gather(ctx, a, b)
		require.NoError(t, err)
	})
}
