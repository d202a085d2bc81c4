package async_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// dumpedWhile runs main under r, in a bubble of testing/synctest, and returns
// what Portal.Dump tells a goroutine outside once main has called ask.
func dumpedWhile(t *testing.T, r async.Runner, main func(ctx context.Context, ask func()) error) (tree *async.TaskTree) {
	synctest.Test(t, func(t *testing.T) {
		defer r.Close()
		require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
			portal := async.RunningLoop(ctx).Portal()
			defer portal.Close()
			asked, told := make(chan bool), make(chan bool)
			go func() {
				<-asked
				tree, _ = portal.Dump(context.Background())
				close(told)
			}()
			err := main(ctx, func() { close(asked) })
			_, _, recv := async.Recv(ctx, told)
			require.NoError(t, recv)
			return err
		}))
	})
	require.NotNil(t, tree)
	return tree
}

func TestPortalDumpIsAnsweredByALoopThatRuns(t *testing.T) {
	tree := dumpedWhile(t, async.Runner{Debug: true}, func(ctx context.Context, ask func()) error {
		async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) }).SetName("sleeper")
		ask()
		return async.Sleep(ctx, time.Minute)
	})
	require.Nil(t, tree.Holder)
	require.Regexp(t, `^2 tasks\nTask-1 .* waits for a timer.*, started at portal_dump_test.go:\d+\n└─ sleeper .* waits for a timer`, tree.String())
}

func TestPortalDumpOfABlockedLoopTellsWhatHoldsTheBatonAndWhatTheTasksWaitFor(t *testing.T) {
	tree := dumpedWhile(t, async.Runner{Debug: true, SlowStep: time.Hour}, func(ctx context.Context, ask func()) error {
		var lock primitives.Lock
		var queue primitives.Queue[int]
		never := async.NewFuture[int](ctx)
		require.NoError(t, lock.Acquire(ctx))
		for name, wait := range map[string]func(ctx context.Context) error{
			"locks":  lock.Acquire,
			"gets":   func(ctx context.Context) error { _, err := queue.Get(ctx); return err },
			"awaits": never.Wait,
			"sleeps": func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) },
		} {
			async.Go(ctx, wait).SetName(name)
		}
		_ = async.Yield(ctx)
		async.Go(ctx, async.Yield).SetName("ready")
		time.Sleep(time.Second)
		ask()
		blockFor(time.Minute)
		return nil
	})
	require.NotNil(t, tree.Holder)
	require.Equal(t, "Task-1", tree.Holder.Task)
	require.Equal(t, 2*time.Second, tree.Holder.For)
	require.Regexp(t, `^time.Sleep \(time.go:\d+\)\nasync_test.blockFor \(debug_test.go:\d+\)\n`, strings.Join(tree.Holder.Stack, "\n"))
	text := tree.String()
	require.Contains(t, text, "6 tasks\nthe loop does not answer: Task-1 holds the baton, for 2s now\n    time.Sleep (")
	for _, line := range []string{
		`\nTask-1 \(.*\) runs, started at portal_dump_test.go:\d+\n`,
		` locks \(.*\) waits for a Lock \(2s\), started at portal_dump_test.go:\d+ by Task-1\n`,
		` gets \(.*\) waits for an item of a Queue \(2s\), `,
		` awaits \(.*\) waits for a future \(2s\), `,
		` sleeps \(.*\) waits for a timer \(2s\), `,
		` ready \(.*\) is ready, `,
	} {
		require.Regexp(t, line, text)
	}
}

func TestPortalDumpOfABlockedLoopTellsWhereItIsWithoutDebugMode(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0")
	tree := dumpedWhile(t, async.Runner{}, func(ctx context.Context, ask func()) error {
		async.RunningLoop(ctx).CallSoon(func() {
			ask()
			blockFor(time.Minute)
		})
		return async.Yield(ctx)
	})
	require.Regexp(t, `^time.Sleep \(time.go:\d+\)\nasync_test.blockFor \(debug_test.go:\d+\)\n`, strings.Join(tree.Holder.Stack, "\n"))
}

func TestPortalDumpEndsWithItsContextAndWithTheLoop(t *testing.T) {
	var portal *async.Portal
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		portal = async.RunningLoop(ctx).Portal()
		tree, err := portal.Dump(ctx)
		require.NoError(t, err)
		require.Equal(t, 1, tree.Tasks)
		return portal.Close()
	}))
	_, err := portal.Dump(t.Context())
	require.ErrorIs(t, err, async.ErrClosed)

	r := async.Runner{}
	defer r.Close()
	open := r.Loop().Portal()
	defer open.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = open.Dump(ctx)
	require.ErrorIs(t, err, context.Canceled)
}
