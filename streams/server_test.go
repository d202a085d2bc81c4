package streams_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// events are what a loop told its error handler.
type events []*async.ErrorEvent

func (e *events) add(event *async.ErrorEvent) { *e = append(*e, event) }

// listening runs main in virtual time and returns what the loop told its error
// handler.
func listening(t *testing.T, main func(ctx context.Context)) (told events) {
	t.Helper()
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.add}
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error { main(ctx); return nil }))
	require.NoError(t, r.Close())
	return told
}

// inMemory are options for a network in memory.
func inMemory() *streams.Options { return &streams.Options{Network: new(streams.Memory)} }

// echo sends lines back.
func echo(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
	for line, err := range r.Lines(ctx) {
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
		if err := w.Drain(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ask sends a line and returns the answer.
func ask(ctx context.Context, r *streams.Reader, w *streams.Writer, line string) (string, error) {
	if _, err := fmt.Fprintln(w, line); err != nil {
		return "", err
	}
	return r.ReadLine(ctx)
}

func TestAServerServesConnectionsAtOnce(t *testing.T) {
	really(t, func(ctx context.Context) {
		s, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
		require.NoError(t, err)
		require.True(t, s.IsServing())
		client := async.Func(func(ctx context.Context) error {
			r, w, err := streams.OpenConnection(ctx, "tcp", s.Addr().String())
			if err != nil {
				return err
			}
			for i := range 20 {
				line := fmt.Sprint("line ", i)
				if got, err := ask(ctx, r, w, line); err != nil || got != line+"\n" {
					return fmt.Errorf("%q: %w", got, err)
				}
			}
			return errors.Join(w.Close(), w.WaitClosed(ctx))
		})
		_, err = async.Gather(ctx, client, client, client, client)
		require.NoError(t, err)
		s.Close()
		require.NoError(t, s.Wait(ctx))
		require.False(t, s.IsServing())
		require.Zero(t, s.Clients())
		_, _, err = streams.OpenConnection(ctx, "tcp", s.Addr().String())
		require.Error(t, err)
	})
}

func TestAHandlerThatFailsEndsItsConnectionAlone(t *testing.T) {
	fail := errors.New("no")
	told := listening(t, func(ctx context.Context) {
		o := inMemory()
		s, err := o.StartServer(ctx, "tcp", ":80", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			switch line, _ := r.ReadLine(ctx); line {
			case "fail\n":
				return fail
			case "panic\n":
				panic("ouch")
			}
			return echo(ctx, r, w)
		})
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		for _, how := range []string{"fail", "panic"} {
			r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
			require.NoError(t, err)
			_, err = ask(ctx, r, w, how)
			require.Error(t, err, "closed")
			require.NoError(t, w.Close())
		}
		_, err = w.WriteString("first\n")
		require.NoError(t, err)
		got, err := ask(ctx, r, w, "still there?")
		require.NoError(t, err)
		require.Equal(t, "still there?\n", got)
		require.NoError(t, w.Close())
		s.Close()
		require.NoError(t, s.Wait(ctx))
	})
	require.Len(t, told, 2)
	require.ErrorIs(t, told[0].Err, fail)
	require.ErrorContains(t, told[1].Err, "ouch")
}

func TestAHandlerBeginsThreeTurnsAfterTheConnection(t *testing.T) {
	// asyncio: accepted a, its task a+1, connection_made a+2, the handler
	// a+3.
	asynctest.Run(t, func(ctx context.Context) {
		o := inMemory()
		turn, began := 0, 0
		l := async.RunningLoop(ctx)
		s, err := o.StartServer(ctx, "tcp", ":80", func(context.Context, *streams.Reader, *streams.Writer) error {
			began = turn
			return nil
		})
		require.NoError(t, err)
		var tick func()
		tick = func() {
			if turn++; turn < 20 {
				l.CallSoon(tick)
			}
		}
		tick()
		dialed := turn
		_, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		require.Equal(t, dialed+2, turn, "open_connection returns two turns after connecting")
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, dialed+1+3, began)
		require.NoError(t, w.Close())
		s.Close()
	})
}

func TestTheEventsOfAConnectionComeAsAsyncios(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		r, other := streams.New(l, a)
		defer other.Abort()
		_, w := streams.New(l, b)
		turn := 0
		var tick func()
		tick = func() {
			if turn++; turn < 20 {
				l.CallSoon(tick)
			}
		}
		read := -1
		reader := async.Go(ctx, func(ctx context.Context) error {
			_, err := r.ReadLine(ctx)
			read = turn
			return err
		})
		require.NoError(t, async.Yield(ctx))
		tick()
		_, err := w.WriteString("x\n")
		require.NoError(t, err)
		for range 3 {
			require.NoError(t, async.Yield(ctx))
		}
		require.True(t, reader.Done())
		require.Equal(t, 3, read, "the event in the next iteration, the reader in the one after that")
		before := turn
		require.NoError(t, w.Close())
		require.NoError(t, w.WaitClosed(ctx))
		require.Equal(t, before+2, turn, "connection_lost, then wait_closed")
	})
}

func TestShutdownLetsHandlersEndInTime(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		o := inMemory()
		l := async.RunningLoop(ctx)
		s, err := o.StartServer(ctx, "tcp", ":80", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			_, err := w.WriteString("done\n")
			return err
		})
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, s.Shutdown(ctx, time.Minute))
		require.Equal(t, time.Second, l.Time())
		line, err := r.ReadLine(ctx)
		require.NoError(t, err)
		require.Equal(t, "done\n", line)
		require.NoError(t, w.Close())
	})
	require.Empty(t, told)
}

func TestShutdownEndsTheHandlersThatAreLate(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		o := inMemory()
		l := async.RunningLoop(ctx)
		ends := 0
		s, err := o.StartServer(ctx, "tcp", ":80", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			defer func() { ends++ }()
			return async.Sleep(ctx, time.Hour)
		})
		require.NoError(t, err)
		for range 3 {
			_, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
			require.NoError(t, err)
			defer w.Close()
		}
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, 3, s.Clients())
		require.ErrorIs(t, s.Shutdown(ctx, time.Minute), async.ErrTimeout)
		require.Equal(t, time.Minute+time.Second, l.Time())
		require.Equal(t, 3, ends)
		require.Zero(t, s.Clients())
	})
	require.Empty(t, told)
}

func TestServeEndsWithItsContextAndClosesTheConnections(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		o := inMemory()
		s, err := o.StartServer(ctx, "tcp", ":80", echo)
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		err = async.Timeout(ctx, time.Minute, s.Serve)
		require.ErrorIs(t, err, async.ErrTimeout)
		require.Zero(t, s.Clients())
		_, err = r.ReadLine(ctx)
		require.Error(t, err)
		require.NoError(t, w.Close())

		s, err = o.StartServer(ctx, "tcp", ":80", echo)
		require.NoError(t, err)
		serve := async.Go(ctx, s.Serve)
		require.NoError(t, async.Yield(ctx))
		s.Close()
		require.NoError(t, serve.Wait(ctx))
	})
	require.Empty(t, told)
}

func TestClientsCanBeClosedAndAborted(t *testing.T) {
	for name, end := range map[string]func(*streams.Server){"closed": (*streams.Server).CloseClients, "aborted": (*streams.Server).AbortClients} {
		t.Run(name, func(t *testing.T) {
			told := listening(t, func(ctx context.Context) {
				o := inMemory()
				s, err := o.StartServer(ctx, "tcp", ":80", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
					_, err := r.ReadLine(ctx)
					return err
				})
				require.NoError(t, err)
				_, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
				require.NoError(t, err)
				require.NoError(t, async.Sleep(ctx, time.Second))
				s.Close()
				end(s)
				require.NoError(t, s.Wait(ctx))
				require.NoError(t, w.Close())
			})
			require.Empty(t, told)
		})
	}
}

func TestAServerThatNobodyUsesKeepsTheLoopAlive(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	err := async.Run(ctx, func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
		require.NoError(t, err)
		cancel()
		return s.Serve(ctx)
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestAnAddressInUseIsAnError(t *testing.T) {
	really(t, func(ctx context.Context) {
		s, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
		require.NoError(t, err)
		defer s.Close()
		_, err = streams.StartServer(ctx, "tcp", s.Addr().String(), echo)
		var op *net.OpError
		require.ErrorAs(t, err, &op)
	})
	asynctest.Run(t, func(ctx context.Context) {
		o := inMemory()
		s, err := o.StartServer(ctx, "tcp", ":80", echo)
		require.NoError(t, err)
		_, err = o.StartServer(ctx, "tcp", "localhost:80", echo)
		require.Error(t, err)
		s.Close()
	})
}

// brokenOnce is a network whose first listener fails once before it accepts.
type brokenOnce struct {
	streams.Memory
	fault error
}

func (b *brokenOnce) Listen(ctx context.Context, network, address string) (streams.Listener, error) {
	l, err := b.Memory.Listen(ctx, network, address)
	return &brokenListener{l, b}, err
}

type brokenListener struct {
	streams.Listener
	of *brokenOnce
}

func (l *brokenListener) TryAccept() (streams.Conn, error) {
	if err := l.of.fault; err != nil {
		l.of.fault = nil
		return nil, err
	}
	return l.Listener.TryAccept()
}

func TestAServerGoesOnAfterAFaultOfItsListener(t *testing.T) {
	fault := errors.New("the network is down")
	told := listening(t, func(ctx context.Context) {
		o := &streams.Options{Network: &brokenOnce{fault: fault}}
		s, err := o.StartServer(ctx, "tcp", ":80", echo)
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		got, err := ask(ctx, r, w, "hello")
		require.NoError(t, err)
		require.Equal(t, "hello\n", got)
		require.Equal(t, time.Second, async.RunningLoop(ctx).Time())
		require.NoError(t, w.Close())
		s.Close()
		require.NoError(t, s.Wait(ctx))
	})
	require.Len(t, told, 1)
	require.ErrorIs(t, told[0].Err, fault)
}

func TestServerShutdownAtAnyTurnOfAConnectionLeavesNothing(t *testing.T) {
	for turns := range 12 {
		for _, encrypted := range []bool{false, true} {
			told := listening(t, func(ctx context.Context) {
				o := inMemory()
				if encrypted {
					o.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
				}
				s, err := o.StartServer(ctx, "tcp", ":80", echo)
				require.NoError(t, err)
				dial := async.GoValue(ctx, func(ctx context.Context) (streams.Conn, error) {
					return o.Network.Dial(ctx, "tcp", "localhost:80")
				})
				for range turns {
					require.NoError(t, async.Yield(ctx))
				}
				began := async.RunningLoop(ctx).Time()
				err = s.Shutdown(ctx, 0)
				if err != nil {
					require.ErrorIs(t, err, async.ErrTimeout)
				}
				require.Zero(t, s.Clients())
				require.Equal(t, began, async.RunningLoop(ctx).Time())
				conn, err := dial.Await(ctx)
				if err == nil {
					_, err = conn.TryRead(make([]byte, 1))
					require.ErrorIs(t, err, io.EOF)
				}
			})
			require.Empty(t, told)
		}
	}
}
