package subprocess_test

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

// recorder is a protocol that notes what it is told.
type recorder struct {
	told  []string
	input string
	lost  *async.Future[async.Void]
	fails bool
}

func newRecorder(ctx context.Context) *recorder {
	return &recorder{lost: async.NewFuture[async.Void](ctx)}
}

func (r *recorder) ConnectionMade(t *subprocess.Transport) {
	r.told = append(r.told, "made")
	if t.Stdin() != nil {
		_, _ = t.Stdin().WriteString(r.input)
		_ = t.Stdin().WriteEOF()
	}
}

func (r *recorder) PipeDataReceived(fd int, data []byte) {
	r.told = append(r.told, fmt.Sprintf("data %d %q", fd, data))
	if r.fails {
		panic("it fails")
	}
}

func (r *recorder) PipeConnectionLost(fd int, err error) {
	r.told = append(r.told, fmt.Sprint("pipe lost ", fd, err))
}

func (r *recorder) ProcessExited() { r.told = append(r.told, "exited") }

func (r *recorder) ConnectionLost(error) {
	r.told = append(r.told, "lost")
	_ = r.lost.SetResult(async.Void{})
}

func TestAProtocolIsToldOfAProcess(t *testing.T) {
	run(t, func(ctx context.Context) {
		r := newRecorder(ctx)
		r.input = "hello"
		o := subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}
		transport, err := as("cat", o).ExecProtocol(ctx, r, os.Args[0])
		require.NoError(t, err)
		require.Equal(t, []string{"made"}, r.told)
		require.Positive(t, transport.Pid())
		require.NoError(t, r.lost.Wait(ctx))
		require.Equal(t, `data 1 "hello"`, r.told[1])
		require.ElementsMatch(t, []string{"pipe lost 1 <nil>", "exited", "pipe lost 0 <nil>"}, r.told[2:5])
		require.Equal(t, "lost", r.told[5])
		code, ended := transport.ReturnCode()
		require.True(t, ended)
		require.Zero(t, code)
		require.False(t, transport.IsClosing())
	})
}

func TestATransportEndsItsProcess(t *testing.T) {
	run(t, func(ctx context.Context) {
		for _, end := range []func(*subprocess.Transport){
			func(t *subprocess.Transport) { t.Close() },
			func(t *subprocess.Transport) { _ = t.Kill() },
			func(t *subprocess.Transport) { _ = t.Signal(syscall.SIGKILL) },
		} {
			r := newRecorder(ctx)
			transport, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe}).ExecProtocol(ctx, r, os.Args[0])
			require.NoError(t, err)
			end(transport)
			require.NoError(t, r.lost.Wait(ctx))
			code, _ := transport.ReturnCode()
			require.Equal(t, -int(syscall.SIGKILL), code)
		}
	})
}

func TestAProtocolThatPanicsEndsItsProcess(t *testing.T) {
	var told []*async.ErrorEvent
	runner := &async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e) }}
	require.NoError(t, runner.Run(t.Context(), func(ctx context.Context) error {
		r := newRecorder(ctx)
		r.fails = true
		_, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe}).ExecProtocol(ctx, r, os.Args[0])
		require.NoError(t, err)
		return r.lost.Wait(ctx)
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "it fails")
	require.Empty(t, children(t))
}

func TestTheEndOfTheLoopIsToldToAProtocol(t *testing.T) {
	var r *recorder
	run(t, func(ctx context.Context) {
		r = newRecorder(ctx)
		_, err := as("sit", subprocess.Options{Stdout: subprocess.Pipe}).ExecProtocol(ctx, r, os.Args[0])
		require.NoError(t, err)
	})
	require.Equal(t, "lost", r.told[len(r.told)-1])
}

func TestAProtocolOfAProcessThatCannotStartIsToldNothing(t *testing.T) {
	run(t, func(ctx context.Context) {
		r := newRecorder(ctx)
		_, err := new(subprocess.Options).ExecProtocol(ctx, r, "/no/such/program")
		require.ErrorIs(t, err, os.ErrNotExist)
		require.Empty(t, r.told)
	})
}
