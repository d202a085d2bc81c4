package subprocess

import (
	"bytes"
	"context"
	"io"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// explore runs f with tasks canceled at whichever await, in all orders.
func explore(t *testing.T, f func(t testing.TB, ctx context.Context, s *system)) {
	t.Helper()
	schedules := 1000
	if testing.Short() {
		schedules = 150
	}
	synctest.Test(t, func(t *testing.T) {
		asynctest.Explorer{Cancel: true, Schedules: schedules}.Explore(t, func(t testing.TB, ctx context.Context) {
			f(t, ctx, newSystem(t))
		})
	})
}

var piped = Options{Stdin: Pipe, Stdout: Pipe}

func TestCommunicateLosesNothingInAllOrders(t *testing.T) {
	input := bytes.Repeat([]byte("0123456789"), 7_000) // more than fits into a pipe
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		p, err := s.exec(ctx, piped, &memoryChild{body: cat})
		require.NoError(t, err)
		var out []byte
		first := async.Go(ctx, func(ctx context.Context) (err error) {
			out, _, err = p.Communicate(ctx, input)
			return err
		})
		if err := first.Wait(ctx); err != nil {
			requireCanceledOr(t, err)
			for err = async.ErrTimeout; err != nil; { // its own tasks may be canceled, again and again
				out, _, err = p.Communicate(ctx, nil)
				requireCanceledOr(t, err)
			}
		}
		code, ended := p.ReturnCode()
		require.True(t, ended)
		if code == 0 {
			require.True(t, len(out) == 0 || bytes.Equal(input, out), "%d bytes", len(out))
		}
	})
}

func TestAStartThatIsCanceledLeavesNothingInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		start := async.Go(ctx, func(ctx context.Context) error {
			p, err := s.exec(ctx, piped, &memoryChild{body: sleep})
			if err == nil {
				defer p.Close(context.WithoutCancel(ctx))
				_, err = p.Wait(ctx)
			}
			return err
		})
		require.NoError(t, async.Yield(ctx))
		start.Cancel()
		requireCanceledOr(t, start.Wait(ctx))
	})
}

func TestAMissingExecutableLeavesNothingInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		start := async.Go(ctx, func(ctx context.Context) error {
			_, err := s.exec(ctx, piped, &memoryChild{missing: true})
			return err
		})
		requireCanceledOr(t, start.Wait(ctx), os.ErrNotExist)
	})
}

func TestCloseEndsAStubbornProcessInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		o := piped
		o.Grace = time.Second
		c := &memoryChild{body: sleep, stubborn: true}
		p, err := s.exec(ctx, o, c)
		require.NoError(t, err)
		closing := async.Go(ctx, func(ctx context.Context) error { return p.Close(ctx) })
		waiting := async.GoValue(ctx, p.Wait)
		requireCanceledOr(t, closing.Wait(ctx))
		requireCanceledOr(t, p.Close(ctx)) // its own task may be canceled: it works all the same
		code, ended := p.ReturnCode()
		require.True(t, ended)
		require.Equal(t, -int(syscall.SIGKILL), code)
		got, err := waiting.Await(ctx)
		requireCanceledOr(t, err)
		require.True(t, err != nil || got == code)
	})
}

func TestWaitAndSignalsInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		p, err := s.exec(ctx, piped, &memoryChild{body: yieldTwice})
		require.NoError(t, err)
		wait := func(ctx context.Context) error {
			code, err := p.Wait(ctx)
			if err == nil {
				require.Contains(t, []int{7, -int(syscall.SIGTERM), -int(syscall.SIGKILL)}, code)
			}
			return err
		}
		terminate := func(ctx context.Context) error {
			if err := p.Terminate(); err != nil {
				require.ErrorIs(t, err, os.ErrProcessDone)
				require.True(t, p.child.(*memoryChild).ended)
			}
			return async.Yield(ctx)
		}
		results, err := async.GatherSettled(ctx, async.Funcs(wait, terminate, wait)...)
		require.NoError(t, err)
		for _, r := range results {
			requireCanceledOr(t, r.Err)
		}
		code, err := p.Wait(ctx)
		require.NoError(t, err)
		again, ended := p.ReturnCode()
		require.True(t, ended)
		require.Equal(t, code, again)
		require.ErrorIs(t, p.Kill(), os.ErrProcessDone)
		requireCanceledOr(t, p.Close(ctx))
	})
}

// The end of the loop ends what nothing has closed.
func TestTheEndOfTheLoopEndsProcessesInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		s.left = 2 // outputs
		for range s.left {
			async.Go(ctx, func(ctx context.Context) error {
				p, err := s.exec(ctx, piped, &memoryChild{body: sleep})
				if err == nil {
					_, err = p.Stdout.ReadLine(ctx)
				}
				requireCanceledOr(t, err, io.EOF)
				return nil
			})
		}
		require.NoError(t, async.Yield(ctx))
	})
}

// told counts the callbacks of a protocol.
type told struct {
	ProtocolBase
	t      testing.TB
	pipes  [3]int
	data   []byte
	exited int
	lost   *async.Future[async.Void]
}

func (p *told) ConnectionMade(tr *Transport) {
	_, _ = tr.Stdin().Write([]byte("hello"))
	_ = tr.Stdin().Close()
}

func (p *told) PipeDataReceived(_ int, data []byte) { p.data = append(p.data, data...) }
func (p *told) PipeConnectionLost(fd int, _ error)  { p.pipes[fd]++ }
func (p *told) ProcessExited()                      { p.exited++ }

func (p *told) ConnectionLost(error) {
	require.Equal(p.t, [3]int{1, 1, 0}, p.pipes)
	require.Equal(p.t, 1, p.exited)
	require.NoError(p.t, p.lost.SetResult(async.Void{}))
}

func TestAProtocolIsToldEachThingOnceInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context, s *system) {
		protocol := &told{t: t, lost: async.NewFuture[async.Void](ctx)}
		p, err := s.exec(ctx, piped, &memoryChild{body: cat})
		tr, err := newTransport(ctx, p, protocol, err)
		require.NoError(t, err)
		require.NoError(t, protocol.lost.Wait(ctx))
		code, ended := tr.ReturnCode()
		require.True(t, ended)
		if code == 0 && !tr.IsClosing() {
			require.Equal(t, "hello", string(protocol.data))
		}
	})
}

func TestAProtocolThatPausesIsToldNothing(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		protocol := &told{t: t, lost: async.NewFuture[async.Void](ctx)}
		p, err := newSystem(t).exec(ctx, piped, &memoryChild{body: cat})
		tr, err := newTransport(ctx, p, protocol, err)
		require.NoError(t, err)
		tr.PauseReading(1)
		require.False(t, tr.IsReading(1))
		require.NoError(t, async.Sleep(ctx, time.Hour))
		require.Empty(t, protocol.data)
		require.Equal(t, 1, protocol.exited)
		require.Zero(t, protocol.pipes[1])
		tr.ResumeReading(1)
		require.True(t, tr.IsReading(1))
		require.NoError(t, protocol.lost.Wait(ctx))
		require.Equal(t, "hello", string(protocol.data))
		require.Panics(t, func() { tr.PauseReading(2) })
		require.Panics(t, func() { tr.IsReading(0) })
	})
}

// A process whose output is not read waits for room.
func TestAPausedOutputHoldsItsProcessUp(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		protocol := &told{t: t, lost: async.NewFuture[async.Void](ctx)}
		p, err := newSystem(t).exec(ctx, piped, &memoryChild{body: func(ctx context.Context, c *memoryChild) (int, error) {
			_, _ = c.stdout.Write(make([]byte, 200_000))
			return 0, c.stdout.Drain(ctx)
		}})
		tr, err := newTransport(ctx, p, protocol, err)
		require.NoError(t, err)
		tr.PauseReading(1)
		require.NoError(t, async.Sleep(ctx, time.Hour))
		require.Zero(t, protocol.exited)
		tr.ResumeReading(1)
		require.NoError(t, protocol.lost.Wait(ctx))
		require.Len(t, protocol.data, 200_000)
	})
}

func TestAPausedProtocolHearsOfTheEndAfterClose(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		protocol := &told{t: t, lost: async.NewFuture[async.Void](ctx)}
		p, err := newSystem(t).exec(ctx, piped, &memoryChild{body: cat})
		tr, err := newTransport(ctx, p, protocol, err)
		require.NoError(t, err)
		tr.PauseReading(1)
		require.NoError(t, async.Sleep(ctx, time.Hour))
		tr.Close()
		require.NoError(t, protocol.lost.Wait(ctx))
		require.Empty(t, protocol.data)
	})
}
