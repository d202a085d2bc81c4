package streams_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// pulse lets goroutines wait for turns of a loop.
type pulse struct{ next atomic.Pointer[chan struct{}] }

func newPulse() *pulse {
	p, first := new(pulse), make(chan struct{})
	p.next.Store(&first)
	return p
}

// beat is one turn.
func (p *pulse) beat() {
	next := make(chan struct{})
	close(*p.next.Swap(&next))
}

// wait waits for n turns, and reports whether they came.
func (p *pulse) wait(n int) bool {
	for range n {
		select {
		case <-*p.next.Load():
		case <-time.After(10 * time.Second):
			return false
		}
	}
	return true
}

// asking returns the configuration of a server that calls f in each handshake.
func asking(f func() error) *tls.Config {
	return &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		return &certificate, f()
	}}
}

func TestTLSHandshakesDoNotHoldTheBaton(t *testing.T) {
	const clients, turns = 200, 5
	networks := map[string]struct {
		network streams.Network
		address string
	}{
		"TCP":    {new(streams.System), "127.0.0.1:0"},
		"memory": {new(streams.Memory), "localhost:443"},
	}
	for name, c := range networks {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				p, held := newPulse(), atomic.Int32{}
				config := asking(func() error {
					if !p.wait(turns) {
						held.Add(1)
					}
					return nil
				})
				server := &streams.Options{Network: c.network, TLS: config}
				s, err := server.StartServer(ctx, "tcp", c.address, echo)
				require.NoError(t, err)
				o := &streams.Options{Network: c.network, TLS: trusting()}
				done := false
				ticker := async.Go(ctx, func(ctx context.Context) error {
					for !done {
						p.beat()
						if err := async.Yield(ctx); err != nil {
							return err
						}
					}
					return nil
				})
				dials := make([]async.Func, clients)
				for i := range dials {
					dials[i] = func(ctx context.Context) error {
						r, w, err := o.OpenConnection(ctx, "tcp", s.Addr().String())
						if err != nil {
							return err
						}
						_, err = ask(ctx, r, w, "hello")
						return errors.Join(err, w.Close())
					}
				}
				_, err = async.Gather(ctx, dials...)
				require.NoError(t, err)
				done = true
				require.NoError(t, ticker.Wait(ctx))
				require.Zero(t, held.Load(), "handshakes in which no turn of the loop passed")
				s.Close()
				require.NoError(t, s.Wait(ctx))
			})
		})
	}
}

func TestATLSHandshakeThatComputesCanBeCanceled(t *testing.T) {
	for name, run := range map[string]func(t *testing.T, f func(ctx context.Context)){"really": really, "virtual": asynctestRun} {
		t.Run(name, func(t *testing.T) {
			begun, may, ended := make(chan struct{}), make(chan struct{}), atomic.Bool{}
			run(t, func(ctx context.Context) {
				l := async.RunningLoop(ctx)
				a, b := streams.Pipe(l)
				client := async.Go(ctx, func(ctx context.Context) error {
					_, err := streams.ClientTLS(ctx, a, trusting())
					return err
				})
				server := async.Go(ctx, func(ctx context.Context) error {
					_, err := streams.ServerTLS(ctx, b, asking(func() error {
						close(begun)
						<-may
						ended.Store(true)
						return nil
					}))
					return err
				})
				_, _, err := async.Recv(ctx, begun)
				require.NoError(t, err)
				server.Cancel()
				require.True(t, async.IsCanceled(server.Wait(ctx)))
				require.False(t, ended.Load())
				_, err = b.TryRead(make([]byte, 1))
				require.ErrorIs(t, err, net.ErrClosed)
				close(may)
				require.ErrorIs(t, client.Wait(ctx), io.EOF, "the connection was closed")
			})
			require.True(t, ended.Load(), "the loop ends after what it has off the loop")
		})
	}
}

func TestATLSHandshakeThatIsCanceledAtAnyTurnLeavesNothing(t *testing.T) {
	for turns := range 40 {
		asynctest.Run(t, func(ctx context.Context) {
			a, b := streams.Pipe(async.RunningLoop(ctx))
			server := async.Go(ctx, func(ctx context.Context) error {
				_, err := streams.ServerTLS(ctx, b, &tls.Config{Certificates: []tls.Certificate{certificate}})
				return err
			})
			client := async.Go(ctx, func(ctx context.Context) error {
				_, err := streams.ClientTLS(ctx, a, trusting())
				return err
			})
			for range turns {
				require.NoError(t, async.Yield(ctx))
			}
			client.Cancel()
			if err := client.Wait(ctx); err != nil {
				require.True(t, async.IsCanceled(err), "%v", err)
				if turns > 0 { // it has begun, and so owned its end
					require.ErrorIs(t, a.Close(), net.ErrClosed)
				}
				_ = a.Close()
				require.Error(t, server.Wait(ctx))
				return
			}
			require.NoError(t, server.Wait(ctx))
		})
	}
}

func TestAServersTLSHandshakesAreBounded(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		o := &streams.Options{Network: new(streams.Memory), TLS: &tls.Config{Certificates: []tls.Certificate{certificate}}}
		s, err := o.StartServer(ctx, "tcp", ":443", echo)
		require.NoError(t, err)
		conn, err := o.Network.Dial(ctx, "tcp", "localhost:443")
		require.NoError(t, err)
		for range 3 {
			require.NoError(t, async.Yield(ctx))
		}
		require.Equal(t, 1, s.Clients())
		s.Close()
		require.NoError(t, s.Wait(ctx))
		require.Equal(t, time.Minute, async.RunningLoop(ctx).Time())
		_, err = conn.TryRead(make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
	})
	require.Len(t, told, 1)
	require.ErrorIs(t, told[0].Err, async.ErrTimeout)
}

func TestAPanicInATLSHandshakeEndsItsConnectionAlone(t *testing.T) {
	for name, fail := range map[string]func(){"panic": func() { panic("ouch") }, "Goexit": runtime.Goexit} {
		t.Run(name, func(t *testing.T) {
			fails := 1
			told := listening(t, func(ctx context.Context) {
				n := new(streams.Memory)
				config := asking(func() error {
					if fails--; fails >= 0 {
						fail()
					}
					return nil
				})
				s, err := (&streams.Options{Network: n, TLS: config}).StartServer(ctx, "tcp", ":443", echo)
				require.NoError(t, err)
				o := &streams.Options{Network: n, TLS: trusting()}
				_, _, err = o.OpenConnection(ctx, "tcp", "localhost:443")
				require.Error(t, err)
				r, w, err := o.OpenConnection(ctx, "tcp", "localhost:443")
				require.NoError(t, err)
				got, err := ask(ctx, r, w, "hello")
				require.NoError(t, err)
				require.Equal(t, "hello\n", got)
				require.NoError(t, w.Close())
				s.Close()
				require.NoError(t, s.Wait(ctx))
			})
			require.Len(t, told, 1)
			if name == "panic" {
				require.ErrorContains(t, told[0].Err, "ouch")
			}
		})
	}
	asynctest.Run(t, func(ctx context.Context) {
		a, b := streams.Pipe(async.RunningLoop(ctx))
		config := trusting()
		config.VerifyConnection = func(tls.ConnectionState) error { panic("ouch") }
		server := async.Go(ctx, func(ctx context.Context) error {
			_, err := streams.ServerTLS(ctx, b, &tls.Config{Certificates: []tls.Certificate{certificate}})
			return err
		})
		func() {
			defer func() {
				var p *async.PanicError
				require.ErrorAs(t, recover().(error), &p)
				require.Equal(t, "ouch", p.Value)
			}()
			_, _ = streams.ClientTLS(ctx, a, config)
		}()
		require.Error(t, server.Wait(ctx))
	})
}

func TestStartTLSTakesWhatHasComeForEncrypted(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		o := inMemory()
		s, err := o.StartServer(ctx, "tcp", ":25", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			if err := async.Sleep(ctx, time.Second); err != nil { // the client's first message has come by then
				return err
			}
			if line, err := r.ReadLine(ctx); err != nil || line != "STARTTLS\n" {
				return errors.New("another line came")
			}
			if r.Buffered() == 0 {
				return errors.New("nothing came with it")
			}
			if err := w.StartTLS(ctx, r, &tls.Config{Certificates: []tls.Certificate{certificate}}); err != nil {
				return err
			}
			return echo(ctx, r, w)
		})
		require.NoError(t, err)
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:25")
		require.NoError(t, err)
		_, err = w.WriteString("STARTTLS\n")
		require.NoError(t, err)
		require.NoError(t, w.StartTLS(ctx, r, trusting()))
		got, err := ask(ctx, r, w, "secret")
		require.NoError(t, err)
		require.Equal(t, "secret\n", got)
		require.NoError(t, w.Close())
		s.Close()
		require.NoError(t, s.Wait(ctx))
	})
}
