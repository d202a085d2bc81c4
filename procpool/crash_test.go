//go:build unix

package procpool_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/procpool"
)

func TestACallQueuedNeverRunsOnceItIsCanceled(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w}
	with(t, pool, func(ctx context.Context) {
		first := async.RunInExecutor(ctx, pool, hang.Bind(struct{}{}))
		victim, err := hanging(ctx, lines)
		require.NoError(t, err)
		queued := async.RunInExecutor(ctx, pool, say.Bind("it ran"))
		queued.Cancel()
		require.True(t, async.IsCanceled(queued.Wait(ctx)))
		require.NoError(t, syscall.Kill(victim, syscall.SIGKILL))
		require.Error(t, first.Wait(ctx))
		_, err = procpool.ToProcess(ctx, pool, say, "the end")
		require.NoError(t, err)
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, "out: the end\n", line)
	})
}

func TestAWorkerThatEndsFailsItsCallAndIsReplaced(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, exit, 7)
		var crash *procpool.CrashError
		require.ErrorAs(t, err, &crash)
		require.Equal(t, "exit", crash.Func)
		require.EqualError(t, err, fmt.Sprintf(`procpool: worker %d ended while it ran "exit": exit status 7`, crash.PID))
		var status *exec.ExitError
		require.ErrorAs(t, err, &status)
		require.Equal(t, 7, status.ExitCode())

		_, err = procpool.ToProcess(ctx, pool, exit, 0)
		require.ErrorContains(t, err, "exit status 0")

		call := async.RunInExecutor(ctx, pool, hang.Bind(struct{}{}))
		victim, err := hanging(ctx, lines)
		require.NoError(t, err)
		require.NoError(t, syscall.Kill(victim, syscall.SIGKILL))
		err = call.Wait(ctx)
		require.EqualError(t, err, fmt.Sprintf(`procpool: worker %d ended while it ran "hang": signal: killed`, victim))

		n, err := procpool.ToProcess(ctx, pool, square, 4)
		require.NoError(t, err)
		require.Equal(t, 16, n)
	})
}

func TestAWorkerKilledWhileItHasNothingToDoCostsNoCall(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		for range 5 {
			victim, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
			require.NoError(t, err)
			kill(t, victim)
			successor, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
			require.NoError(t, err)
			require.NotEqual(t, victim, successor)
		}
	})
}

func TestWhatAWorkersChildWritesToDescriptorOneDisturbsNoReply(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w}
	with(t, pool, func(ctx context.Context) {
		for range 3 {
			n, err := procpool.ToProcess(ctx, pool, shell, "echo from a child")
			require.NoError(t, err)
			require.Equal(t, 1, n)
			line, err := lines.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "from a child\n", line)
			n, err = procpool.ToProcess(ctx, pool, rawWrite, "from C\n")
			require.NoError(t, err)
			require.Equal(t, 7, n)
			line, err = lines.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, "from C\n", line)
		}
	})
}

// kill kills a process that is not ours to wait for, and returns when it is
// dead.
func kill(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	for syscall.Kill(pid, 0) == nil { // until the pool has seen its end
		runtime.Gosched()
	}
}

func TestNoCallIsLostWhenEveryWorkerIsKilledUnderLoad(t *testing.T) {
	pool := &procpool.Pool{Workers: 4}
	var right, crashed, kills atomic.Int32
	const calls = 400
	with(t, pool, func(ctx context.Context) {
		victims := make(chan int, calls)
		killed := async.Go(ctx, func(ctx context.Context) error {
			last := 0
			for victim, err := range async.RecvAll(ctx, victims) {
				if err != nil {
					return err
				}
				if victim != last && syscall.Kill(victim, syscall.SIGKILL) == nil {
					kills.Add(1)
				}
				last = victim
			}
			return nil
		})
		_, err := async.Map(ctx, 8, make([]struct{}, calls), func(ctx context.Context, _ struct{}) (int, error) {
			i := int(right.Load() + crashed.Load())
			if i%20 == 0 {
				victim, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
				if err == nil {
					victims <- victim
				}
				return 0, count(err, &right, &crashed)
			}
			n, err := procpool.ToProcess(ctx, pool, square, i)
			if err == nil && n != i*i {
				return 0, fmt.Errorf("%d squared is not %d", i, n)
			}
			return 0, count(err, &right, &crashed)
		})
		close(victims)
		require.NoError(t, err)
		require.NoError(t, killed.Wait(ctx))
	})
	require.EqualValues(t, calls, right.Load()+crashed.Load())
	require.LessOrEqual(t, crashed.Load(), kills.Load())
	require.NotZero(t, kills.Load())
}

// count counts a call that has come back, one way or the other.
func count(err error, right, crashed *atomic.Int32) error {
	var crash *procpool.CrashError
	switch {
	case err == nil:
		right.Add(1)
	case errors.As(err, &crash):
		crashed.Add(1)
	default:
		return err
	}
	return nil
}
