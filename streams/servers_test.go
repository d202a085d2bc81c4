package streams_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// counting returns what makes handlers that echo, and count lines in a map of
// their loop's.
func counting(add func(seen map[string]int)) func(ctx context.Context) (streams.Handler, error) {
	return func(ctx context.Context) (streams.Handler, error) {
		seen := map[string]int{}
		add(seen)
		return func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			line, err := r.ReadLine(ctx)
			if err != nil {
				return err
			}
			seen[line]++
			_, err = w.WriteString(line)
			return err
		}, nil
	}
}

// asks lets so many clients send a line each, at once, and read it back.
func asks(ctx context.Context, o *streams.Options, addr net.Addr, clients int) error {
	tg := async.TaskGroup{Limit: 20}
	return tg.Do(ctx, func(context.Context) error {
		for i := range clients {
			tg.Go(func(ctx context.Context) error {
				r, w, err := o.OpenConnection(ctx, addr.Network(), addr.String())
				if err != nil {
					return err
				}
				defer w.Close()
				line := fmt.Sprint("client ", i)
				got, err := ask(ctx, r, w, line)
				if err == nil && got != line+"\n" {
					err = fmt.Errorf("%q came back of %q", got, line)
				}
				return err
			})
		}
		return nil
	})
}

func TestServersServeEachConnectionOnceAndHaveAStateForEachLoop(t *testing.T) {
	tcp := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		return l
	}
	for _, c := range []struct {
		name     string
		network  string
		address  string
		listener func() net.Listener
		system   streams.System
		evenly   bool
	}{
		{name: "the system's own way", network: "tcp", address: "127.0.0.1:0"},
		{name: "a name", network: "tcp", address: "localhost:0"},
		{name: "a listener is given", listener: tcp, evenly: true},
		{name: "a listener is given, goroutines", listener: tcp, system: streams.System{Goroutines: true}, evenly: true},
		{name: "Unix", network: "unix", address: socketPath(t), evenly: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			const loops, clients = 3, 60
			really(t, func(ctx context.Context) {
				o := &streams.Options{Network: &c.system, Loops: loops}
				if c.listener != nil {
					o.Listener = c.listener()
				}
				var states []map[string]int
				s, err := o.StartServers(ctx, c.network, c.address, counting(func(seen map[string]int) { states = append(states, seen) }))
				require.NoError(t, err)
				require.NoError(t, asks(ctx, &streams.Options{Network: o.Network}, s.Addr(), clients))
				require.NoError(t, s.Shutdown(ctx, time.Minute))
				require.Len(t, states, loops)
				served := map[string]int{}
				for _, state := range states {
					if c.evenly {
						require.Len(t, state, clients/loops)
					}
					for line, n := range state {
						served[line] += n
					}
				}
				require.Len(t, served, clients)
				for line, n := range served {
					require.Equal(t, 1, n, line)
				}
				_, _, err = streams.OpenConnection(ctx, s.Addr().Network(), s.Addr().String())
				require.Error(t, err)
			})
		})
	}
}

func TestServersEachRunsInTheLoops(t *testing.T) {
	really(t, func(ctx context.Context) {
		s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", "127.0.0.1:0", counting(func(map[string]int) {}))
		require.NoError(t, err)
		require.True(t, s.IsServing())
		loops := map[*async.Loop]bool{async.RunningLoop(ctx): true}
		require.NoError(t, s.Each(ctx, func(ctx context.Context, server *streams.Server) error {
			require.Same(t, async.RunningLoop(ctx), server.Loop())
			require.Equal(t, s.Addr().String(), server.Addr().String())
			loops[server.Loop()] = true
			return nil
		}))
		require.Len(t, loops, 3)
		fail, calls := errors.New("no"), 0
		require.ErrorIs(t, s.Each(ctx, func(context.Context, *streams.Server) error { calls++; return fail }), fail)
		require.Equal(t, 1, calls)
		s.Close()
		require.False(t, s.IsServing())
		require.NoError(t, s.Wait(ctx))
		require.ErrorIs(t, s.Each(ctx, func(context.Context, *streams.Server) error { return nil }), async.ErrClosed)
		require.NoError(t, s.Serve(ctx))
	})
}

// held makes handlers that tell that they have begun, and answer when they may.
func held(begun chan<- struct{}, may <-chan struct{}) func(ctx context.Context) (streams.Handler, error) {
	return func(context.Context) (streams.Handler, error) {
		return func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			begun <- struct{}{} // it has room
			if _, _, err := async.Recv(ctx, may); err != nil {
				return err
			}
			_, err := w.WriteString("done\n")
			return err
		}, nil
	}
}

func TestServersShutdownDrainsAllLoops(t *testing.T) {
	for _, network := range []string{"tcp", "unix"} {
		t.Run(network, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				begun, may := make(chan struct{}, 100), make(chan struct{})
				address := map[string]string{"tcp": "127.0.0.1:0", "unix": socketPath(t)}[network]
				s, err := (&streams.Options{Loops: 2}).StartServers(ctx, network, address, held(begun, may))
				require.NoError(t, err)
				readers := make([]*streams.Reader, 10)
				for i := range readers {
					var w *streams.Writer
					readers[i], w, err = streams.OpenConnection(ctx, network, s.Addr().String())
					require.NoError(t, err)
					defer w.Close()
				}
				for range readers {
					_, _, err := async.Recv(ctx, begun)
					require.NoError(t, err)
				}
				shutdown := async.Go(ctx, func(ctx context.Context) error { return s.Shutdown(ctx, time.Minute) })
				require.NoError(t, async.Yield(ctx))
				require.False(t, s.IsServing())
				require.False(t, shutdown.Done())
				close(may)
				for _, r := range readers {
					line, err := r.ReadLine(ctx)
					require.NoError(t, err)
					require.Equal(t, "done\n", line)
				}
				require.NoError(t, shutdown.Wait(ctx))
			})
		})
	}
}

func TestServersShutdownEndsTheHandlersThatAreLate(t *testing.T) {
	really(t, func(ctx context.Context) {
		begun := make(chan struct{}, 100)
		s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", "127.0.0.1:0", held(begun, make(chan struct{})))
		require.NoError(t, err)
		readers := make([]*streams.Reader, 10)
		for i := range readers {
			var w *streams.Writer
			readers[i], w, err = streams.OpenConnection(ctx, "tcp", s.Addr().String())
			require.NoError(t, err)
			defer w.Close()
			_, _, err := async.Recv(ctx, begun)
			require.NoError(t, err)
		}
		require.ErrorIs(t, s.Shutdown(ctx, time.Millisecond), async.ErrTimeout)
		for _, r := range readers {
			_, err := r.ReadLine(ctx)
			require.Error(t, err)
		}
	})
}

func TestServersServeEndsWithItsContextAndClosesTheConnections(t *testing.T) {
	really(t, func(ctx context.Context) {
		s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) { return echo, nil })
		require.NoError(t, err)
		r, w, err := streams.OpenConnection(ctx, "tcp", s.Addr().String())
		require.NoError(t, err)
		defer w.Close()
		_, err = ask(ctx, r, w, "hello")
		require.NoError(t, err)
		serve := async.Go(ctx, s.Serve)
		require.NoError(t, async.Yield(ctx))
		serve.Cancel()
		require.True(t, async.IsCanceled(serve.Wait(ctx)))
		_, err = r.ReadLine(ctx)
		require.ErrorIs(t, err, io.EOF)
	})
}

func TestServersEndWithTheirLoop(t *testing.T) {
	var client net.Conn
	really(t, func(ctx context.Context) {
		begun := make(chan struct{}, 1)
		s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", "127.0.0.1:0", held(begun, make(chan struct{})))
		require.NoError(t, err)
		client, err = net.Dial("tcp", s.Addr().String())
		require.NoError(t, err)
		_, _, err = async.Recv(ctx, begun)
		require.NoError(t, err)
	})
	_, err := client.Read(make([]byte, 1))
	require.Error(t, err)
	require.NoError(t, client.Close())
}

func TestServersThatCannotAllStartLeaveNothing(t *testing.T) {
	fail := errors.New("no")
	really(t, func(ctx context.Context) {
		for _, network := range []string{"tcp", "unix"} {
			address := map[string]string{"tcp": freePort(t), "unix": socketPath(t)}[network]
			o := &streams.Options{Loops: 3}
			for at := range 3 {
				calls := 0
				start := func(ctx context.Context, what func() error) error {
					calls = 0
					_, err := o.StartServers(ctx, network, address, func(ctx context.Context) (streams.Handler, error) {
						if calls++; calls > at {
							return nil, what()
						}
						return echo, nil
					})
					return err
				}
				require.ErrorIs(t, start(ctx, func() error { return fail }), fail)
				require.Equal(t, at+1, calls)
				require.Panics(t, func() { _ = start(ctx, func() error { panic("ouch") }) })
				l, err := net.Listen(network, address)
				require.NoError(t, err, "somebody still listens")
				require.NoError(t, l.Close())
			}
		}
	})
}

// freePort returns an address on which nobody listens.
func freePort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

func TestServersWhoseStartIsCanceledLeaveNothing(t *testing.T) {
	really(t, func(ctx context.Context) {
		address := freePort(t)
		for i := range 30 {
			start := async.Go(ctx, func(ctx context.Context) error {
				s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", address, counting(func(map[string]int) {}))
				if err != nil {
					return err
				}
				s.Close()
				return s.Wait(context.WithoutCancel(ctx))
			})
			for range i {
				require.NoError(t, async.Yield(ctx))
			}
			if i%3 == 0 {
				require.NoError(t, async.Sleep(ctx, time.Duration(i)*20*time.Microsecond))
			}
			start.Cancel()
			_ = start.Wait(ctx)
			l, err := net.Listen("tcp", address)
			require.NoError(t, err, "somebody still listens %d", i)
			require.NoError(t, l.Close())
		}
	})
}

func TestServersOnAnAddressInUseAreAnError(t *testing.T) {
	really(t, func(ctx context.Context) {
		s, err := streams.StartServers(ctx, "tcp", "127.0.0.1:0", counting(func(map[string]int) {}))
		require.NoError(t, err)
		for _, address := range []string{s.Addr().String(), "no such host.:80"} {
			_, err = streams.StartServers(ctx, "tcp", address, counting(func(map[string]int) {}))
			var op *net.OpError
			require.ErrorAs(t, err, &op)
		}
		s.Close()
		require.NoError(t, s.Wait(ctx))
	})
}

func TestServersTellTheErrorHandlerOfTheirLoop(t *testing.T) {
	var told events
	runner := &async.Runner{OnError: told.add}
	fail := errors.New("no")
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		s, err := (&streams.Options{Loops: 2}).StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) {
			return func(context.Context, *streams.Reader, *streams.Writer) error { return fail }, nil
		})
		require.NoError(t, err)
		r, w, err := streams.OpenConnection(ctx, "tcp", s.Addr().String())
		require.NoError(t, err)
		_, err = r.ReadLine(ctx)
		require.ErrorIs(t, err, io.EOF)
		require.NoError(t, w.Close())
		return s.Shutdown(ctx, time.Minute)
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.ErrorIs(t, told[0].Err, fail)
}

func TestServersInVirtualTimeOrInMemoryPanic(t *testing.T) {
	start := func(ctx context.Context, o *streams.Options) {
		_, _ = o.StartServers(ctx, "tcp", ":80", counting(func(map[string]int) {}))
	}
	asynctest.Run(t, func(ctx context.Context) {
		require.Panics(t, func() { start(ctx, inMemory()) })
		require.Panics(t, func() { start(ctx, new(streams.Options)) })
	})
	really(t, func(ctx context.Context) {
		require.Panics(t, func() { start(ctx, inMemory()) })
	})
}

// pipes is a net.Listener that accepts the connections of a channel, after an
// error.
type pipes struct {
	conns  chan net.Conn
	fault  atomic.Pointer[error]
	once   sync.Once
	closed chan struct{}
}

func newPipes() *pipes {
	return &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (p *pipes) Accept() (net.Conn, error) {
	if fault := p.fault.Swap(nil); fault != nil {
		return nil, *fault
	}
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

func TestServersCloseWhatWasHandedToALoopThatEnds(t *testing.T) {
	const clients = 20
	really(t, func(ctx context.Context) {
		p := newPipes()
		o := &streams.Options{Listener: p, Loops: 2}
		begun, may := make(chan struct{}, clients), make(chan struct{})
		s, err := o.StartServers(ctx, "", "", func(context.Context) (streams.Handler, error) {
			return func(context.Context, *streams.Reader, *streams.Writer) error {
				begun <- struct{}{}
				<-may // its loop stands still: what comes is left with it
				return nil
			}, nil
		})
		require.NoError(t, err)
		connect := func() net.Conn {
			a, b := net.Pipe()
			require.NoError(t, async.ToThread(ctx, func(context.Context) error { p.conns <- b; return nil }))
			return a
		}
		var ends []net.Conn
		for range 2 {
			ends = append(ends, connect())
			_, _, err := async.Recv(ctx, begun)
			require.NoError(t, err)
		}
		for range clients - 2 {
			ends = append(ends, connect())
		}
		s.Close()
		close(may)
		require.NoError(t, s.Wait(ctx))
		require.Empty(t, begun, "none began after Close")
		for _, end := range ends {
			_, err := end.Read(make([]byte, 1))
			require.ErrorIs(t, err, io.EOF, "somebody still has the other end")
			require.NoError(t, end.Close())
		}
	})
}

func TestServersGoOnWithoutALoopThatHasClosed(t *testing.T) {
	really(t, func(ctx context.Context) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		o := &streams.Options{Listener: l, Loops: 3}
		var states []map[string]int
		s, err := o.StartServers(ctx, "", "", counting(func(seen map[string]int) { states = append(states, seen) }))
		require.NoError(t, err)
		closed := false
		clients := async.Go(ctx, func(ctx context.Context) error {
			return asks(ctx, new(streams.Options), s.Addr(), 300)
		})
		require.NoError(t, s.Each(ctx, func(_ context.Context, server *streams.Server) error {
			if !closed {
				server.Close()
			}
			closed = true
			return nil
		}))
		err = clients.Wait(ctx) // the loop may have had some that it had not accepted
		if err != nil {
			require.ErrorContains(t, err, "EOF")
		}
		require.NoError(t, asks(ctx, new(streams.Options), s.Addr(), 30))
		require.NoError(t, s.Shutdown(ctx, time.Minute))
	})
}

func TestServersLetConnectionsWaitWhereNoLoopHasRoom(t *testing.T) {
	const clients = 1000
	really(t, func(ctx context.Context) {
		p := newPipes()
		may := make(chan struct{})
		var served atomic.Int32
		s, err := (&streams.Options{Listener: p, Loops: 2}).StartServers(ctx, "", "", func(context.Context) (streams.Handler, error) {
			return func(context.Context, *streams.Reader, *streams.Writer) error {
				served.Add(1)
				<-may
				return nil
			}, nil
		})
		require.NoError(t, err)
		var handed atomic.Int32
		hand := async.Go(ctx, func(ctx context.Context) error {
			return async.ToThread(ctx, func(context.Context) error {
				for range clients {
					a, b := net.Pipe()
					defer a.Close()
					p.conns <- b
					handed.Add(1)
				}
				return nil
			})
		})
		for handed.Load() < 100 {
			require.NoError(t, async.Sleep(ctx, time.Millisecond))
		}
		require.False(t, hand.Done())
		close(may)
		require.NoError(t, hand.Wait(ctx))
		for served.Load() < clients {
			require.NoError(t, async.Sleep(ctx, time.Millisecond))
		}
		require.NoError(t, s.Shutdown(ctx, time.Minute))
	})
}

func TestServersGoOnAfterAFaultOfTheListenerTheyShare(t *testing.T) {
	streams.SetAcceptRetry(t, time.Millisecond)
	var told events
	fault := errors.New("too many descriptors")
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		p := newPipes()
		p.fault.Store(&fault)
		s, err := (&streams.Options{Listener: p, Loops: 2}).StartServers(ctx, "", "", func(context.Context) (streams.Handler, error) { return echo, nil })
		require.NoError(t, err)
		a, b := net.Pipe()
		require.NoError(t, async.ToThread(ctx, func(context.Context) error {
			p.conns <- b
			_, err := io.WriteString(a, "hello\n")
			return errors.Join(err, a.Close())
		}))
		return s.Shutdown(ctx, time.Minute)
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.ErrorIs(t, told[0].Err, fault)
}

func TestAServerAcceptsFromAListenerThatItIsGiven(t *testing.T) {
	really(t, func(ctx context.Context) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		p := newPipes()
		for _, listener := range []net.Listener{l, p} {
			s, err := (&streams.Options{Listener: listener}).StartServer(ctx, "", "", echo)
			require.NoError(t, err)
			require.Equal(t, listener.Addr(), s.Addr())
			var client net.Conn
			if listener == l {
				client, err = net.Dial("tcp", l.Addr().String())
				require.NoError(t, err)
			} else {
				var served net.Conn
				client, served = net.Pipe()
				p.conns <- served
			}
			require.NoError(t, async.ToThread(ctx, func(context.Context) error {
				_, err := io.WriteString(client, "hello\n")
				return errors.Join(err, client.Close())
			}))
			require.NoError(t, s.Shutdown(ctx, time.Minute))
		}
		require.PanicsWithValue(t, "streams: a Listener of package net in Options whose Network is not a System: leave one of them out", func() {
			o := inMemory()
			o.Listener = p
			_, _ = o.StartServer(ctx, "tcp", ":80", echo)
		})
	})
}
