package procpool_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/procpool"
	"github.com/gobaton/async/remote"
)

// with runs f as a task, with a pool that is shut down afterwards.
func with(t *testing.T, pool *procpool.Pool, f func(ctx context.Context)) {
	t.Helper()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		defer func() { require.NoError(t, pool.Shutdown(ctx)) }()
		f(ctx)
		return nil
	}))
}

// printed lets a test read what workers print.
func printed(t *testing.T) (w *os.File, lines *bufio.Reader) {
	t.Helper()
	r, w, err := os.Pipe()
	require.NoError(t, err)
	t.Cleanup(func() { _, _ = r.Close(), w.Close() })
	return w, bufio.NewReader(r)
}

// hanging is the worker that says next that it hangs.
func hanging(ctx context.Context, lines *bufio.Reader) (pid int, err error) {
	return async.ToThreadValue(ctx, func(context.Context) (pid int, err error) {
		line, err := lines.ReadString('\n')
		if err != nil {
			return 0, err
		}
		_, err = fmt.Sscanf(line, "hanging %d", &pid)
		return pid, err
	})
}

func TestFunctionsRunInAnotherProcess(t *testing.T) {
	with(t, &procpool.Pool{Workers: 1}, func(ctx context.Context) {})
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		n, err := procpool.ToProcess(ctx, pool, square, 12)
		require.NoError(t, err)
		require.Equal(t, 144, n)

		p, err := procpool.ToProcess(ctx, pool, swap, &point{1, 2})
		require.NoError(t, err)
		require.Equal(t, point{2, 1}, p)

		worker, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
		require.NoError(t, err)
		require.NotEqual(t, os.Getpid(), worker)
		again, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
		require.NoError(t, err)
		require.Equal(t, worker, again, "the worker is used again")

		n, err = procpool.ToProcess(ctx, pool, nested, 5)
		require.NoError(t, err)
		require.Equal(t, 25, n)
	})
}

func TestOneFunctionRunsOnTheLoopInAThreadAndInAProcess(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		for where, run := range map[string]func() (int, error){
			"loop":    func() (int, error) { return pid.Call(ctx, struct{}{}) },
			"thread":  func() (int, error) { return async.ToThreadValue(ctx, pid.Bind(struct{}{})) },
			"process": func() (int, error) { return async.RunInExecutor(ctx, pool, pid.Bind(struct{}{})).Await(ctx) },
		} {
			p, err := run()
			require.NoError(t, err)
			require.Equal(t, where != "process", p == os.Getpid(), where)
		}
	})
}

func TestAFunctionOfSeveralCallsHasOneWorker(t *testing.T) {
	pool := &procpool.Pool{Workers: 2}
	with(t, pool, func(ctx context.Context) {
		v, err := async.RunInExecutor(ctx, pool, func(ctx context.Context) ([2]int, error) {
			a, err := pid.Call(ctx, struct{}{})
			if err != nil {
				return [2]int{}, err
			}
			b, err := pid.Call(ctx, struct{}{})
			return [2]int{a, b}, err
		}).Await(ctx)
		require.NoError(t, err)
		require.Equal(t, v[0], v[1])
		require.NotEqual(t, os.Getpid(), v[0])
	})
}

func TestThereAreNoMoreProcessesThanWorkers(t *testing.T) {
	pool := &procpool.Pool{Workers: 3}
	with(t, pool, func(ctx context.Context) {
		pids := map[int]bool{}
		call := async.Coro[int](func(ctx context.Context) (int, error) { return procpool.ToProcess(ctx, pool, pid, struct{}{}) })
		calls := make([]async.Coro[int], 60)
		for i := range calls {
			calls[i] = call
		}
		all, err := async.Gather(ctx, calls...)
		require.NoError(t, err)
		for _, p := range all {
			pids[p] = true
		}
		require.LessOrEqual(t, len(pids), 3)
	})
}

func TestAFunctionsErrorComesBack(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, fail, "no such thing")
		require.EqualError(t, err, "no such thing")
		var elsewhere *remote.Error
		require.ErrorAs(t, err, &elsewhere)
		require.Equal(t, "fail", elsewhere.Func)
	})
}

func TestAFunctionsPanicComesBackWithItsStack(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	quiet := async.Runner{OnError: func(*async.ErrorEvent) {}}
	require.NoError(t, quiet.Run(t.Context(), func(ctx context.Context) error {
		defer func() { require.NoError(t, pool.Shutdown(async.Uncancel(ctx))) }()
		func() {
			defer func() {
				err := recover().(*async.PanicError)
				var elsewhere *remote.Panic
				require.ErrorAs(t, err, &elsewhere)
				require.Equal(t, "boom", elsewhere.Text)
				require.Contains(t, string(elsewhere.Stack), "explode")
				require.ErrorContains(t, err, "explode")
			}()
			_, _ = procpool.ToProcess(ctx, pool, blow, "boom")
			t.Error("it did not panic")
		}()
		n, err := procpool.ToProcess(ctx, pool, square, 2)
		require.Equal(t, 4, n, "the worker has survived")
		return err
	}))
	require.NoError(t, quiet.Close())
}

func TestAFunctionsGoexitIsTheAwaiters(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		ended, returned := make(chan struct{}), false
		go func() {
			defer close(ended)
			_ = async.Run(context.Background(), func(ctx context.Context) error {
				_, _ = procpool.ToProcess(ctx, pool, leave, struct{}{})
				returned = true
				return nil
			})
			returned = true
		}()
		_, _, _ = async.Recv(ctx, ended)
		require.False(t, returned)
		n, err := procpool.ToProcess(ctx, pool, square, 2)
		require.NoError(t, err)
		require.Equal(t, 4, n)
	})
}

func TestAFunctionMissingInTheWorkerIsTold(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, missing, 1)
		require.ErrorIs(t, err, remote.ErrUnknown)
		require.ErrorContains(t, err, `"missing"`)
	})
}

func TestAFunctionWithOtherTypesInTheWorkerIsTold(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, changed, "1")
		require.ErrorIs(t, err, remote.ErrTypes)
		require.ErrorContains(t, err, `"different" is func(string) int for the caller, and func(int) int where it runs`)
	})
}

func TestAResultThatCannotBeSentIsTold(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, channel, struct{}{})
		require.ErrorIs(t, err, remote.ErrEncoding)
		require.ErrorContains(t, err, `the result of "channel"`)
		_, err = procpool.ToProcess(ctx, pool, swap, nil)
		require.ErrorIs(t, err, remote.ErrEncoding)
		require.ErrorContains(t, err, `the argument of "swap"`)
	})
}

func TestWhatIsTooLargeIsTold(t *testing.T) {
	pool := &procpool.Pool{Workers: 1, MaxMessage: 1000}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, repeat, 2000)
		require.ErrorIs(t, err, procpool.ErrTooLarge)
		require.ErrorContains(t, err, `the result of "repeat"`)
		_, err = procpool.ToProcess(ctx, pool, length, string(make([]byte, 2000)))
		require.ErrorIs(t, err, procpool.ErrTooLarge)
		require.ErrorContains(t, err, `the argument of "length"`)
		s, err := procpool.ToProcess(ctx, pool, repeat, 900)
		require.NoError(t, err)
		require.Len(t, s, 900)
	})
}

func TestLargeMessagesArrive(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		s, err := procpool.ToProcess(ctx, pool, repeat, 3<<20)
		require.NoError(t, err)
		n, err := procpool.ToProcess(ctx, pool, length, s)
		require.NoError(t, err)
		require.Equal(t, 3<<20, n)
	})
}

func TestCancelingACallEndsTheFunctionsContext(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w}
	with(t, pool, func(ctx context.Context) {
		call := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return procpool.ToProcess(ctx, pool, listen, struct{}{})
		})
		require.NoError(t, async.ToThread(ctx, func(context.Context) error {
			_, err := lines.ReadString('\n')
			return err
		}))
		call.Cancel()
		require.True(t, async.IsCanceled(call.Wait(ctx)))
		n, err := procpool.ToProcess(ctx, pool, square, 3) // by the same worker, which listens no more
		require.NoError(t, err)
		require.Equal(t, 9, n)
	})
}

func TestACanceledFunctionThatGoesOnIsKilledAfterItsGrace(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w, Grace: time.Millisecond}
	with(t, pool, func(ctx context.Context) {
		call := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			return procpool.ToProcess(ctx, pool, hang, struct{}{})
		})
		victim, err := hanging(ctx, lines)
		require.NoError(t, err)
		call.Cancel()
		require.True(t, async.IsCanceled(call.Wait(ctx)))
		successor, err := procpool.ToProcess(ctx, pool, pid, struct{}{})
		require.NoError(t, err)
		require.NotEqual(t, victim, successor)
	})
}

func TestWhatWorkersPrintIsPassedOn(t *testing.T) {
	var out bytes.Buffer
	pool := &procpool.Pool{Workers: 1, Stderr: &out}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, say, "hello")
		require.NoError(t, err)
		_, err = procpool.ToProcess(ctx, pool, read, struct{}{})
		require.EqualError(t, err, "EOF", "a worker has no input")
	})
	require.Equal(t, "out: hello\nerr: hello\n", out.String())
}

func TestAPoolsEnvIsItsWorkers(t *testing.T) {
	pool := &procpool.Pool{Workers: 1, Env: []string{"PROCPOOL_TEST_VALUE=42"}}
	with(t, pool, func(ctx context.Context) {
		v, err := procpool.ToProcess(ctx, pool, env, "PROCPOOL_TEST_VALUE")
		require.NoError(t, err)
		require.Equal(t, "42", v)
		v, err = procpool.ToProcess(ctx, pool, env, "GOBATON_PROCPOOL_WORKER")
		require.NoError(t, err)
		require.Empty(t, v, "what a worker starts is no worker")
	})
}

func TestAProgramThatDoesNotCallMainIsTold(t *testing.T) {
	pool := &procpool.Pool{Workers: 1, Env: []string{role + "=forgetful"}}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, square, 1)
		require.ErrorIs(t, err, procpool.ErrNotAWorker)
		require.ErrorContains(t, err, "Hello, world!")
		require.ErrorContains(t, err, "exit status 3")
	})
}

func TestAWorkerThatWentPastMainStartsNoWorkers(t *testing.T) {
	var out bytes.Buffer
	pool := &procpool.Pool{Workers: 1, Stderr: &out, Env: []string{role + "=careless"}}
	with(t, pool, func(ctx context.Context) {
		_, err := procpool.ToProcess(ctx, pool, square, 1)
		require.ErrorIs(t, err, procpool.ErrNotAWorker)
	})
	require.Contains(t, out.String(), "procpool: a Pool in a worker process that went past main")
}

func TestShutdownWaitsForCallsAndTakesNoMore(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	with(t, pool, func(ctx context.Context) {
		var calls []*async.Future[int]
		for i := range 5 {
			calls = append(calls, async.RunInExecutor(ctx, pool, square.Bind(i)))
		}
		require.NoError(t, pool.Shutdown(ctx))
		for i, call := range calls {
			n, err := call.Await(ctx)
			require.NoError(t, err)
			require.Equal(t, i*i, n)
		}
		_, err := procpool.ToProcess(ctx, pool, square, 1)
		require.ErrorIs(t, err, async.ErrExecutorShutDown)
	})
}

func TestAShutdownThatIsCanceledKillsTheWorkers(t *testing.T) {
	w, lines := printed(t)
	pool := &procpool.Pool{Workers: 1, Stderr: w}
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		call := async.RunInExecutor(ctx, pool, hang.Bind(struct{}{}))
		_, err := hanging(ctx, lines)
		require.NoError(t, err)
		queued := async.RunInExecutor(ctx, pool, square.Bind(2))
		ending := async.Go(ctx, pool.Shutdown)
		require.NoError(t, async.Yield(ctx))
		ending.Cancel()
		require.True(t, async.IsCanceled(ending.Wait(ctx)))
		var crash *procpool.CrashError
		require.ErrorAs(t, call.Wait(ctx), &crash)
		require.ErrorContains(t, queued.Wait(ctx), "")
		return nil
	}))
}

func TestPlainCodeShutsAPoolDown(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		_, err := procpool.ToProcess(ctx, pool, square, 1)
		return err
	}))
	require.NoError(t, pool.Shutdown(t.Context()))
}

func TestAPoolAsTheRunnersExecutorEndsWithIt(t *testing.T) {
	pool := &procpool.Pool{Workers: 1}
	r := async.Runner{Executor: pool}
	require.NoError(t, r.Run(t.Context(), func(ctx context.Context) error {
		p, err := async.ToThreadValue(ctx, pid.Bind(struct{}{}))
		require.NotEqual(t, os.Getpid(), p)
		return err
	}))
	require.NoError(t, r.Close())
	require.ErrorIs(t, pool.Execute(t.Context(), func(context.Context) {}), async.ErrExecutorShutDown)
}

func TestNoWorkerOutlivesItsParent(t *testing.T) {
	parent := exec.Command(os.Args[0])
	parent.Env = append(os.Environ(), role+"=parent")
	stderr, err := parent.StderrPipe() // the worker has it too
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	lines := bufio.NewReader(stderr)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "hanging")
	require.NoError(t, parent.Process.Kill())
	rest, err := io.ReadAll(lines) // ends when the last of them has
	require.NoError(t, err)
	require.Empty(t, rest)
	require.Error(t, parent.Wait())
}
