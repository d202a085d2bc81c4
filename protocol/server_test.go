package protocol_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

// echoing is a protocol that sends back what comes.
type echoing struct {
	protocol.Base
	t      *protocol.Transport
	served *int
}

func (e *echoing) ConnectionMade(t *protocol.Transport) { e.t = t; *e.served++ }
func (e *echoing) DataReceived(data []byte)             { _, _ = e.t.Write(data) }

func TestListenServersServesProtocolsWithSeveralLoops(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		var counts []*int
		o := &protocol.Options{Loops: 2}
		s, err := o.ListenServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (protocol.Factory, error) {
			served := new(int)
			counts = append(counts, served)
			return func() protocol.Protocol { return &echoing{served: served} }, nil
		})
		require.NoError(t, err)
		for range 10 {
			r, w, err := streams.OpenConnection(ctx, "tcp", s.Addr().String())
			require.NoError(t, err)
			_, err = w.WriteString("hello\n")
			require.NoError(t, err)
			line, err := r.ReadLine(ctx)
			require.NoError(t, err)
			require.Equal(t, "hello\n", line)
			require.NoError(t, w.Close())
		}
		require.NoError(t, s.Shutdown(ctx, time.Minute))
		require.Len(t, counts, 2)
		require.Equal(t, 10, *counts[0]+*counts[1])
		return nil
	}))
}

func TestListenAcceptsFromAListenerThatItIsGiven(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		served := 0
		s, err := (&protocol.Options{Listener: l}).Listen(ctx, "", "", func() protocol.Protocol { return &echoing{served: &served} })
		require.NoError(t, err)
		require.Equal(t, l.Addr(), s.Addr())
		_, w, err := streams.OpenConnection(ctx, "tcp", l.Addr().String())
		require.NoError(t, err)
		require.NoError(t, w.Close())
		for served == 0 {
			require.NoError(t, async.Yield(ctx))
		}
		return s.Shutdown(ctx, time.Minute)
	}))
}

func TestServerShutdownEndsTransportsThatAreLate(t *testing.T) {
	for _, encrypted := range []bool{false, true} {
		told := listening(t, func(ctx context.Context) {
			n := new(streams.Memory)
			o := &protocol.Options{Network: n}
			if encrypted {
				o.TLS = new(tls.Config) // the handshake does not end, as nobody answers
			}
			served := 0
			s, err := o.Listen(ctx, "tcp", ":80", func() protocol.Protocol { return &echoing{served: &served} })
			require.NoError(t, err)
			conns := make([]streams.Conn, 3)
			for i := range conns {
				conns[i], err = n.Dial(ctx, "tcp", "localhost:80")
				require.NoError(t, err)
			}
			require.NoError(t, async.Sleep(ctx, time.Second))
			require.Equal(t, 3, s.Clients())
			require.ErrorIs(t, s.Shutdown(ctx, time.Second), async.ErrTimeout)
			require.Equal(t, 2*time.Second, async.RunningLoop(ctx).Time())
			require.Zero(t, s.Clients())
			for _, c := range conns {
				_, err := c.TryRead(make([]byte, 1))
				require.Error(t, err)
			}
		})
		require.Empty(t, told)
	}
}

func TestListenWhoseFactoryPanicsEndsThatConnectionAlone(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		n := new(streams.Memory)
		served, fails := 0, 1
		s, err := (&protocol.Options{Network: n}).Listen(ctx, "tcp", ":80", func() protocol.Protocol {
			if fails--; fails >= 0 {
				panic("ouch")
			}
			return &echoing{served: &served}
		})
		require.NoError(t, err)
		o := &streams.Options{Network: n}
		r, _, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		_, err = r.ReadLine(ctx)
		require.Error(t, err)
		require.NoError(t, r.Close())
		r, w, err := o.OpenConnection(ctx, "tcp", "localhost:80")
		require.NoError(t, err)
		_, err = w.WriteString("hello\n")
		require.NoError(t, err)
		line, err := r.ReadLine(ctx)
		require.NoError(t, err)
		require.Equal(t, "hello\n", line)
		require.NoError(t, w.Close())
		require.NoError(t, s.Shutdown(ctx, time.Minute))
	})
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "ouch")
}

func TestListenTellsOfAHandshakeThatFails(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		n := new(streams.Memory)
		served := 0
		s, err := (&protocol.Options{Network: n, TLS: new(tls.Config)}).Listen(ctx, "tcp", ":443", func() protocol.Protocol { return &echoing{served: &served} })
		require.NoError(t, err)
		c, err := n.Dial(ctx, "tcp", "localhost:443")
		require.NoError(t, err)
		_, err = c.TryWrite([]byte("GET / HTTP/1.1\r\n\r\n"))
		require.NoError(t, err)
		require.NoError(t, async.Yield(ctx)) // until it is accepted
		require.NoError(t, async.Yield(ctx))
		s.Close()
		require.NoError(t, s.Wait(ctx))
		require.Zero(t, served)
	})
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "tls:")
}
