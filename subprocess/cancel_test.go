//go:build unix

package subprocess_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

func TestAStartThatIsCanceledLeavesNothing(t *testing.T) {
	for turns := range 12 { // the cancellation comes after so many
		run(t, func(ctx context.Context) {
			o := as("sit", subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe, Stderr: new(bytes.Buffer)})
			start := async.GoValue(ctx, func(ctx context.Context) (*subprocess.Process, error) { return o.Exec(ctx, os.Args[0]) })
			for range turns {
				require.NoError(t, async.Yield(ctx))
			}
			start.Cancel()
			if _, err := start.Await(ctx); err != nil || turns < 2 { // else the start came first
				require.True(t, async.IsCanceled(err))
			}
		})
	}
}

func TestAStartUnderACanceledContextStartsNothing(t *testing.T) {
	run(t, func(ctx context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		cancel()
		name := t.TempDir() + "/made"
		_, err := subprocess.Exec(ctx, "touch", name)
		require.ErrorIs(t, err, context.Canceled)
		_, err = os.Stat(name)
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

func TestAWaitThatIsCanceledLeavesTheProcess(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, err := p.Wait(ctx)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		require.NoError(t, p.Stdin.Close())
		code, err := p.Wait(ctx)
		require.NoError(t, err)
		require.Zero(t, code)
	})
}

func TestAReadThatIsCanceledLeavesTheProcess(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, err := p.Stdout.ReadLine(ctx)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		out, _, err := p.Communicate(ctx, []byte("after all"))
		require.NoError(t, err)
		require.Equal(t, "after all", string(out))
	})
}

func TestACommunicateThatIsCanceledLosesNothing(t *testing.T) {
	input := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for _, turns := range []int{0, 1, 2, 3, 5, 10, 20, 50, 100} {
		run(t, func(ctx context.Context) {
			p, err := as("cat", subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}).Exec(ctx, os.Args[0])
			require.NoError(t, err)
			mine := bytes.Clone(input)
			task := async.Go(ctx, func(ctx context.Context) error {
				_, _, err := p.Communicate(ctx, mine)
				return err
			})
			for range turns + 1 { // a task that has not begun never does
				require.NoError(t, async.Yield(ctx))
			}
			task.Cancel()
			require.True(t, async.IsCanceled(task.Wait(ctx)))
			clear(mine) // it is the caller's again
			out, _, err := p.Communicate(ctx, nil)
			require.NoError(t, err)
			require.True(t, bytes.Equal(input, out), "%d bytes after %d turns", len(out), turns)
		})
	}
}

func TestCloseThatIsCanceledEndsTheProcess(t *testing.T) {
	for _, before := range []bool{true, false} {
		run(t, func(ctx context.Context) {
			p, err := as("stubborn", subprocess.Options{Stdout: subprocess.Pipe, Grace: 5 * time.Millisecond}).Exec(ctx, os.Args[0])
			require.NoError(t, err)
			_, err = p.Stdout.ReadLine(ctx)
			require.NoError(t, err)
			ending, cancel := context.WithCancel(ctx)
			if before {
				cancel()
			} else {
				async.RunningLoop(ctx).CallSoon(cancel)
			}
			require.ErrorIs(t, p.Close(ending), context.Canceled)
			code, err := p.Wait(ctx)
			require.NoError(t, err)
			require.Equal(t, -int(syscall.SIGKILL), code)
		})
	}
}

func TestCloseKillsAProcessThatIgnoresSIGTERMAfterTheGrace(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("stubborn", subprocess.Options{Stdout: subprocess.Pipe, Grace: 5 * time.Millisecond}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		_, err = p.Stdout.ReadLine(ctx)
		require.NoError(t, err)
		require.NoError(t, p.Terminate())
		require.NoError(t, p.Close(ctx))
		code, ended := p.ReturnCode()
		require.True(t, ended)
		require.Equal(t, -int(syscall.SIGKILL), code)
		require.NoError(t, p.Close(ctx), "a second time")
	})
}

func TestCloseIsGentleFirst(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe, Grace: time.Minute}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		_, err = p.Stdout.ReadLine(ctx)
		require.NoError(t, err)
		require.NoError(t, p.Close(ctx))
		code, _ := p.ReturnCode()
		require.Equal(t, -int(syscall.SIGTERM), code)
	})
}

// forked starts a process that leaves one of its own behind, which holds the
// output, and returns the number of that.
func forked(t *testing.T, ctx context.Context, o subprocess.Options) (p *subprocess.Process, left int) {
	t.Helper()
	o.Stdout = subprocess.Pipe
	p, err := as("fork", o).Exec(ctx, os.Args[0])
	require.NoError(t, err)
	for {
		line, err := p.Stdout.ReadLine(ctx)
		require.NoError(t, err)
		if strings.HasPrefix(line, "forked") {
			return p, number(t, line, "forked")
		}
	}
}

func TestWaitEndsThoughAnotherProcessHoldsThePipe(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, left := forked(t, ctx, subprocess.Options{})
		code, err := p.Wait(ctx)
		require.NoError(t, err)
		require.Zero(t, code)
		require.NoError(t, syscall.Kill(left, syscall.SIGKILL))
		_, err = p.Stdout.ReadAll(ctx) // ends when that process has
		require.NoError(t, err)
	})
}

func TestWaitHasWhatTheProcessWroteThoughAnotherHoldsThePipe(t *testing.T) {
	run(t, func(ctx context.Context) {
		read, write, err := os.Pipe() // its end tells of that of the other process
		require.NoError(t, err)
		defer read.Close()
		var out bytes.Buffer
		p, err := (&subprocess.Options{Stdout: &out, Stderr: write}).Shell(ctx, "echo hello; sleep 1000 & echo $!")
		require.NoError(t, err)
		require.NoError(t, write.Close())
		_, err = p.Wait(ctx)
		require.NoError(t, err)
		first, second, _ := strings.Cut(out.String(), "\n")
		require.Equal(t, "hello", first)
		require.NoError(t, syscall.Kill(number(t, second, ""), syscall.SIGKILL))
		require.Empty(t, gone(t, read))
	})
}

func TestCommunicateReadsOnForTheWaitDelay(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, left := forked(t, ctx, subprocess.Options{WaitDelay: time.Millisecond})
		_, _, err := p.Communicate(ctx, nil)
		require.ErrorIs(t, err, exec.ErrWaitDelay)
		require.NoError(t, syscall.Kill(left, syscall.SIGKILL))
		_, err = p.Stdout.ReadAll(ctx)
		require.NoError(t, err)
		_, _, err = p.Communicate(ctx, nil)
		require.NoError(t, err)
	})
}

func TestAGroupIsEndedWhole(t *testing.T) {
	for name, grace := range map[string]time.Duration{"at once": 0, "gently": time.Second} {
		t.Run(name, func(t *testing.T) {
			run(t, func(ctx context.Context) {
				read, write, err := os.Pipe()
				require.NoError(t, err)
				defer read.Close()
				o := subprocess.Options{Group: true, Grace: grace, Stdout: subprocess.Pipe, Stderr: write}
				p, err := o.Shell(ctx, "sleep 1000 & echo ready; wait")
				require.NoError(t, err)
				require.NoError(t, write.Close())
				_, err = p.Stdout.ReadLine(ctx)
				require.NoError(t, err)
				require.NoError(t, p.Close(ctx))
				_, ended := p.ReturnCode()
				require.True(t, ended)
				require.Empty(t, gone(t, read), "also the process that the shell has started")
			})
		})
	}
}

func TestWhatIsLeftOfAGroupIsEndedAfterItsFirst(t *testing.T) {
	run(t, func(ctx context.Context) {
		p, _ := forked(t, ctx, subprocess.Options{Group: true})
		_, err := p.Wait(ctx)
		require.NoError(t, err)
		require.NoError(t, p.Kill())
		_, err = p.Stdout.ReadAll(ctx)
		require.NoError(t, err)
		require.NoError(t, p.Close(ctx))
	})
}

func TestALoopThatEndsWithAProcessReportsNothing(t *testing.T) {
	var told []*async.ErrorEvent
	runner := &async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e) }}
	require.NoError(t, runner.Run(t.Context(), func(ctx context.Context) error {
		p, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe, Stdin: subprocess.Pipe}).Exec(ctx, os.Args[0])
		require.NoError(t, err)
		async.Go(ctx, func(ctx context.Context) error { _, err := p.Wait(ctx); return err })
		_, err = p.Stdout.ReadLine(ctx)
		return err
	}))
	require.NoError(t, runner.Close())
	require.Empty(t, told)
	require.Empty(t, children(t))
}
