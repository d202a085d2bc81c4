package streams_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
	"github.com/gobaton/async/streams/streamstest"
)

func TestRealConnectionsAreRefusedInVirtualTime(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		refused := func(f func()) {
			t.Helper()
			defer func() {
				said, _ := recover().(string)
				require.Contains(t, said, "whose time is virtual")
				require.Contains(t, said, "streams.Memory")
			}()
			f()
		}
		refused(func() { _, _, _ = streams.OpenConnection(ctx, "tcp", "127.0.0.1:1") })
		refused(func() { _, _ = streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo) })
		refused(func() { _, _ = streams.ListenPacket(ctx, "udp", "127.0.0.1:0") })
		refused(func() { _, _ = streams.Wrap(async.RunningLoop(ctx), new(net.TCPConn)) })
		refused(func() { _ = streams.AddReader(async.RunningLoop(ctx), 0, func() {}) })
	})
}

func TestRealConnectionsAreRefusedInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		really(t, func(ctx context.Context) {
			defer func() {
				said, _ := recover().(string)
				require.Contains(t, said, "bubble of testing/synctest")
			}()
			_, _, _ = streams.OpenConnection(ctx, "tcp", "127.0.0.1:1")
		})
	})
}

func TestAWrappedPipeWorksInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		really(t, func(ctx context.Context) {
			a, b, err := wrappedPair(ctx)
			require.NoError(t, err)
			r, w := streams.New(async.RunningLoop(ctx), a)
			_, w2 := streams.New(async.RunningLoop(ctx), b)
			_, err = r.Read(ctx, make([]byte, 0))
			require.NoError(t, err)
			err = async.Timeout(ctx, time.Hour, func(ctx context.Context) error {
				_, err := r.ReadLine(ctx)
				return err
			})
			require.ErrorIs(t, err, async.ErrTimeout)
			_, err = w2.WriteString("hello\n")
			require.NoError(t, err)
			line, err := r.ReadLine(ctx)
			require.NoError(t, err)
			require.Equal(t, "hello\n", line)
			require.NoError(t, w.Close())
			require.NoError(t, w2.Close())
		})
	})
}

func TestAReadThatOnlyTasksCouldEndIsADeadlock(t *testing.T) {
	r := &async.Runner{Clock: asynctest.NewClock()}
	defer func() { _ = r.Close() }()
	err := r.Run(context.Background(), func(ctx context.Context) error {
		l := async.RunningLoop(ctx)
		a, _ := streams.Pipe(l)
		r, w := streams.New(l, a)
		defer w.Abort()
		_, err := r.ReadLine(ctx)
		return err
	})
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.ErrorContains(t, err, "waits for bytes from b")
}

func TestAReadFromOutsideIsNoDeadlock(t *testing.T) {
	really(t, func(ctx context.Context) {
		a, b, err := connect(ctx, new(streams.System), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		l := async.RunningLoop(ctx)
		r, w := streams.New(l, a)
		_, w2 := streams.New(l, b)
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, err := r.ReadLine(ctx)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		w.Abort()
		w2.Abort()
	})
}

func TestAResetIsAnError(t *testing.T) {
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				defer l.Close()
				o := &streams.Options{Network: &streams.System{Goroutines: goroutines}}
				r, w, err := o.OpenConnection(ctx, "tcp", l.Addr().String())
				require.NoError(t, err)
				peer, err := l.Accept()
				require.NoError(t, err)
				reader := async.Go(ctx, func(ctx context.Context) error {
					_, err := r.ReadLine(ctx)
					return err
				})
				require.NoError(t, async.Sleep(ctx, time.Millisecond))
				_ = peer.(*net.TCPConn).SetLinger(0)
				require.NoError(t, peer.Close())
				require.ErrorIs(t, reader.Wait(ctx), syscall.ECONNRESET)
				for w.Drain(ctx) == nil {
					_, _ = w.WriteString("x")
					require.NoError(t, async.Sleep(ctx, time.Millisecond))
				}
				require.Error(t, w.Close())
				require.Error(t, w.WaitClosed(ctx))
			})
		})
	}
}

func TestAFaultInTheMiddleKeepsWhatCame(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		fault := errors.New("fault")
		r, w := streams.New(l, streamstest.Failing(a, 7, fault))
		_, w2 := streams.New(l, b)
		_, err := w2.WriteString("abcdefghij")
		require.NoError(t, err)
		_, err = r.ReadExactly(ctx, 9)
		require.ErrorIs(t, err, fault)
		got, err := r.ReadExactly(ctx, 7)
		require.NoError(t, err)
		require.Equal(t, "abcdefg", string(got))
		_, err = r.ReadLine(ctx)
		require.ErrorIs(t, err, fault)
		require.NoError(t, w.Close())
		require.NoError(t, w2.Close())
	})
}

func TestAnAbandonedWriterIsTold(t *testing.T) {
	var told events
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		a, b, err := connect(ctx, new(streams.System), "tcp", "127.0.0.1:0")
		require.NoError(t, err)
		func() { _, _ = streams.New(async.RunningLoop(ctx), a) }()
		r, w := streams.New(async.RunningLoop(ctx), b)
		defer w.Close()
		closed := async.Go(ctx, func(ctx context.Context) error {
			_, err := r.ReadLine(ctx)
			return err
		})
		for !closed.Done() {
			runtime.GC()
			require.NoError(t, async.Sleep(ctx, time.Millisecond))
		}
		require.ErrorIs(t, closed.Wait(ctx), io.EOF)
		return nil
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.Contains(t, told[0].Message, "never closed")
}

func TestWriterThatIsLeftOpenIsToldAtTheEndOfItsLoopAtTheLatest(t *testing.T) {
	for name, clock := range map[string]async.Clock{"virtual": asynctest.NewClock(), "real": nil} {
		t.Run(name, func(t *testing.T) {
			var told events
			var kept []*streams.Writer // so that the collector does not come first
			runner := &async.Runner{Clock: clock, OnError: told.add}
			require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
				l := async.RunningLoop(ctx)
				for i := range 6 {
					a, _ := streams.Pipe(l)
					_, w := streams.New(l, &addressed{a, i})
					kept = append(kept, w)
				}
				kept[1].Abort()
				require.NoError(t, kept[3].Close())
				_, err := kept[4].Write(make([]byte, 100_000)) // more than the other side takes
				require.NoError(t, err)
				return kept[4].Close()
			}))
			require.Empty(t, told)
			require.NoError(t, runner.Close())
			require.Len(t, told, 3)
			for i, at := range []string{"0", "2", "5"} {
				require.Contains(t, told[i].Message, "never closed")
				require.ErrorContains(t, told[i].Err, "end "+at)
			}
		})
	}
}

// addressed is a connection to an address of its own.
type addressed struct {
	streams.Conn
	number int
}

func (a *addressed) RemoteAddr() net.Addr {
	return &net.UnixAddr{Name: fmt.Sprint("end ", a.number)}
}

func TestWhatIsLeftOpenIsClosedWithTheLoop(t *testing.T) {
	var left net.Conn
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	really(t, func(ctx context.Context) {
		_, err := new(streams.System).Dial(ctx, "tcp", l.Addr().String())
		require.NoError(t, err)
		_, err = (&streams.System{Goroutines: true}).Dial(ctx, "tcp", l.Addr().String())
		require.NoError(t, err)
	})
	for range 2 {
		left, err = l.Accept()
		require.NoError(t, err)
		_, err = left.Read(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		require.NoError(t, left.Close())
	}
}

func TestADialThatIsCanceledLeavesNothing(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	really(t, func(ctx context.Context) {
		for i := range 20 {
			dial := async.Go(ctx, func(ctx context.Context) error {
				_, w, err := streams.OpenConnection(ctx, "tcp", l.Addr().String())
				if err == nil {
					w.Abort()
				}
				return err
			})
			for range i % 4 {
				require.NoError(t, async.Yield(ctx))
			}
			if i%5 == 0 {
				require.NoError(t, async.Sleep(ctx, time.Millisecond))
			}
			dial.Cancel()
			_ = dial.Wait(ctx)
		}
	})
	require.NoError(t, l.(*net.TCPListener).SetDeadline(time.Now().Add(50*time.Millisecond)))
	for {
		c, err := l.Accept()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		require.NoError(t, err)
		_, err = c.Read(make([]byte, 1))
		require.Error(t, err, "somebody still has it")
		require.NoError(t, c.Close())
	}
}

func TestADialThatNobodyTakesIsAnError(t *testing.T) {
	really(t, func(ctx context.Context) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, l.Close())
		_, _, err = streams.OpenConnection(ctx, "tcp", l.Addr().String())
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	})
	asynctest.Run(t, func(ctx context.Context) {
		_, _, err := inMemory().OpenConnection(ctx, "tcp", "localhost:80")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	})
}

func TestWaterMarks(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		n := &streams.Memory{Room: 1000}
		a, b, err := connect(ctx, n, "tcp", ":1")
		require.NoError(t, err)
		l := async.RunningLoop(ctx)
		_, w := streams.New(l, a)
		r, w2 := streams.New(l, b)
		w.SetLimits(500, 100)
		_, err = w.Write(make([]byte, 1500))
		require.NoError(t, err)
		require.Equal(t, 500, w.Unsent())
		require.NoError(t, w.Drain(ctx), "not over the mark")
		_, err = w.Write(make([]byte, 1))
		require.NoError(t, err)
		drain := async.Go(ctx, w.Drain)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.False(t, drain.Done())
		_, err = r.ReadExactly(ctx, 400)
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, 101, w.Unsent())
		require.False(t, drain.Done(), "not down at the mark")
		_, err = r.ReadExactly(ctx, 1)
		require.NoError(t, err)
		require.NoError(t, drain.Wait(ctx))
		require.Panics(t, func() { w.SetLimits(1, 2) })
		w.Abort()
		w2.Abort()
	})
}

func TestWaitClosedBeforeClosePanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, _ := streams.Pipe(l)
		_, w := streams.New(l, a)
		require.PanicsWithValue(t, "streams: WaitClosed of a Writer that was not closed: call Close first", func() { _ = w.WaitClosed(ctx) })
		w.Abort()
	})
}

func TestTLSConnectionsRefuseACertificateThatIsNotTrusted(t *testing.T) {
	var told events
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		o := &streams.Options{TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}
		s, err := o.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
		require.NoError(t, err)
		_, _, err = (&streams.Options{TLS: new(tls.Config)}).OpenConnection(ctx, "tcp", s.Addr().String())
		require.ErrorContains(t, err, "certificate")
		r, w, err := (&streams.Options{TLS: trusting()}).OpenConnection(ctx, "tcp", s.Addr().String())
		require.NoError(t, err)
		got, err := ask(ctx, r, w, "hello")
		require.NoError(t, err)
		require.Equal(t, "hello\n", got)
		state, ok := w.TLS()
		require.True(t, ok)
		require.True(t, state.HandshakeComplete)
		require.False(t, w.CanWriteEOF())
		require.NoError(t, w.Close())
		s.Close()
		return s.Wait(ctx)
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "certificate")
}

func TestStartTLSEncryptsFromThereOn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		o := inMemory()
		s, err := o.StartServer(ctx, "tcp", ":25", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			if line, err := r.ReadLine(ctx); err != nil || line != "STARTTLS\n" {
				return errors.New("another line came")
			}
			if _, err := w.WriteString("go ahead\n"); err != nil {
				return err
			}
			if err := w.StartTLS(ctx, r, &tls.Config{Certificates: []tls.Certificate{certificate}}); err != nil {
				return err
			}
			return echo(ctx, r, w)
		})
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:25")
		require.NoError(t, err)
		got, err := ask(ctx, r, w, "STARTTLS")
		require.NoError(t, err)
		require.Equal(t, "go ahead\n", got)
		require.NoError(t, w.StartTLS(ctx, r, trusting()))
		got, err = ask(ctx, r, w, "secret")
		require.NoError(t, err)
		require.Equal(t, "secret\n", got)
		require.NoError(t, w.Close())
		require.NoError(t, w.WaitClosed(ctx))
		s.Close()
		require.NoError(t, s.Wait(ctx))
	})
}

func TestATLSHandshakeCanBeCanceled(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := streams.Pipe(async.RunningLoop(ctx))
		err := async.Timeout(ctx, time.Minute, func(ctx context.Context) error {
			_, err := streams.ClientTLS(ctx, a, trusting())
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		_, err = a.TryRead(make([]byte, 1))
		require.ErrorIs(t, err, net.ErrClosed)
		require.NoError(t, b.Close())
	})
}

func TestATLSRecordThatIsCutOffIsNoEnd(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		var raw streams.Conn
		a, b, err := encrypted(func(ctx context.Context) (a, b streams.Conn, err error) {
			a, b = streams.Pipe(l)
			raw = b
			return a, b, nil
		})(ctx)
		require.NoError(t, err)
		r, w := streams.New(l, a)
		_, w2 := streams.New(l, b)
		_, err = raw.TryWrite([]byte{23, 3, 3, 0, 100, 1, 2, 3})
		require.NoError(t, err)
		require.NoError(t, raw.Close())
		_, err = r.ReadLine(ctx)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		w.Abort()
		w2.Abort()
	})
}

func TestALineOfManyBuffers(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		r, w := streams.New(l, a)
		_, w2 := streams.New(l, b)
		r.Limit = 1 << 20
		long := strings.Repeat("long ", 100_000) + "\n"
		_, err := w2.WriteString(long + "short\n")
		require.NoError(t, err)
		got, err := r.ReadLine(ctx)
		require.NoError(t, err)
		require.True(t, got == long)
		got, err = r.ReadLine(ctx)
		require.NoError(t, err)
		require.Equal(t, "short\n", got)
		w.Abort()
		w2.Abort()
	})
}

func TestReadsInMemoryUnderEverySchedule(t *testing.T) {
	asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		r, w := streams.New(l, a)
		r2, w2 := streams.New(l, b)
		server := async.Go(ctx, func(ctx context.Context) error { return echo(ctx, r2, w2) })
		for _, line := range []string{"one", "two"} {
			got, err := ask(ctx, r, w, line)
			require.NoError(t, err)
			require.Equal(t, line+"\n", got)
		}
		require.NoError(t, w.Close())
		require.NoError(t, server.Wait(ctx))
		require.NoError(t, w2.Close())
	})
}
