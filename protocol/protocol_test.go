package protocol_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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

// recorder is a protocol that writes down what it is told, and in which turn.
type recorder struct {
	name string
	to   *trace
	t    *protocol.Transport
	keep bool // open at the end of the stream
	lost *async.Future[error]
}

// trace is what happened, and in which turn of the loop.
type trace struct {
	turn   int
	counts int // how often count was called
	lines  []string
}

func (tr *trace) add(format string, args ...any) {
	tr.lines = append(tr.lines, fmt.Sprintf("%d ", tr.turn)+fmt.Sprintf(format, args...))
}

// count counts turns from now on.
func (tr *trace) count(l *async.Loop) {
	tr.turn = 0
	tr.counts++
	this := tr.counts
	var tick func()
	tick = func() {
		if this != tr.counts {
			return
		}
		if tr.turn++; tr.turn < 50 {
			l.CallSoon(tick)
		}
	}
	l.CallSoon(tick)
}

// take are the lines since the last take.
func (tr *trace) take() string {
	all := strings.Join(tr.lines, "\n")
	tr.lines = nil
	return all
}

func (r *recorder) ConnectionMade(t *protocol.Transport) { r.t = t; r.to.add("%s made", r.name) }
func (r *recorder) DataReceived(data []byte)             { r.to.add("%s data %q", r.name, data) }
func (r *recorder) EOFReceived() bool                    { r.to.add("%s eof", r.name); return r.keep }
func (r *recorder) PauseWriting()                        { r.to.add("%s pause", r.name) }
func (r *recorder) ResumeWriting()                       { r.to.add("%s resume", r.name) }
func (r *recorder) ConnectionLost(err error) {
	r.to.add("%s lost %v", r.name, err)
	if r.lost != nil {
		_ = r.lost.SetResult(err)
	}
}

func TestTheCallbacksComeInTheTurnsOfAsyncio(t *testing.T) {
	// create_connection(sock=...): made 1, data that waits already 2,
	// returned 2; close: lost 1; eof, then lost 1.
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		_, err := b.TryWrite([]byte("early"))
		require.NoError(t, err)
		tr := new(trace)
		r := &recorder{name: "a", to: tr}
		tr.count(l)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return r })
		require.NoError(t, err)
		tr.add("returned")
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, "1 a made\n2 returned\n2 a data \"early\"", tr.take())

		tr.count(l)
		_, err = b.TryWrite([]byte("late"))
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "1 a data \"late\"", tr.take())

		tr.count(l)
		require.NoError(t, b.CloseWrite())
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "1 a eof\n2 a lost <nil>", tr.take())
		require.True(t, transport.IsClosing())
	})
}

func TestCloseTellsInTheNextTurn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, _ := streams.Pipe(l)
		tr := new(trace)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return &recorder{name: "a", to: tr} })
		require.NoError(t, err)
		tr.take()
		tr.count(l)
		transport.Close()
		transport.Close()
		tr.add("closed")
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "0 closed\n1 a lost <nil>", tr.take())
	})
}

func TestAServerMakesAProtocolTwoTurnsAfterAConnection(t *testing.T) {
	// accepted a, its task a+1, connection_made a+2.
	asynctest.Run(t, func(ctx context.Context) {
		o := &protocol.Options{Network: new(streams.Memory)}
		tr := new(trace)
		n := 0
		s, err := o.Listen(ctx, "tcp", ":80", func() protocol.Protocol {
			n++
			return &recorder{name: fmt.Sprint("server ", n), to: tr, keep: true}
		})
		require.NoError(t, err)
		tr.count(async.RunningLoop(ctx))
		client := &recorder{name: "client", to: tr}
		c, err := o.Dial(ctx, "tcp", "localhost:80", func() protocol.Protocol { return client })
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.ElementsMatch(t, []string{"3 server 1 made", "1 client made"}, strings.Split(tr.take(), "\n"))

		require.True(t, c.CanWriteEOF())
		_, err = c.WriteString("hello")
		require.NoError(t, err)
		require.NoError(t, c.WriteEOF())
		tr.turn = 0
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "0 server 1 data \"hello\"\n0 server 1 eof", tr.take())
		s.Close()
		s.CloseClients()
		require.NoError(t, s.Wait(ctx))
		require.Contains(t, tr.take(), "server 1 lost <nil>")
	})
}

func TestASlowPeerPausesTheWriter(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		tr := new(trace)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return &recorder{name: "a", to: tr} })
		require.NoError(t, err)
		tr.take()
		_, err = transport.Write(make([]byte, 128<<10))
		require.NoError(t, err)
		require.Empty(t, tr.take(), "64 KiB went, and as many are not over the mark")
		_, err = transport.Write([]byte("x"))
		require.NoError(t, err)
		require.Equal(t, "0 a pause", tr.take(), "within Write")
		got := 0
		buf := make([]byte, 1<<20)
		for got < 128<<10+1 {
			n, err := b.TryRead(buf)
			got += n
			if err == streams.ErrNotReady {
				require.NoError(t, async.Yield(ctx))
			}
		}
		require.Equal(t, "0 a resume", tr.take())
		require.Zero(t, transport.Unsent())
		transport.Abort()
	})
}

func TestReadingCanBePaused(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		tr := new(trace)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return &recorder{name: "a", to: tr} })
		require.NoError(t, err)
		tr.take()
		transport.PauseReading()
		require.False(t, transport.IsReading())
		_, err = b.TryWrite([]byte("x"))
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Empty(t, tr.take())
		transport.ResumeReading()
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "0 a data \"x\"", tr.take())
		transport.SetProtocol(&recorder{name: "other", to: tr})
		_, err = b.TryWrite([]byte("y"))
		require.NoError(t, err)
		require.NoError(t, b.Close())
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "0 other data \"y\"\n0 other eof\n0 other lost <nil>", tr.take())
	})
}

// sink is a protocol that reads into a buffer of its own.
type sink struct {
	protocol.Base
	room [4]byte
	got  []byte
}

func (s *sink) GetBuffer(int) []byte { return s.room[:] }
func (s *sink) BufferUpdated(n int)  { s.got = append(s.got, s.room[:n]...) }

func TestABufferedProtocolSaysWhereBytesGo(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := streams.Pipe(async.RunningLoop(ctx))
		s := new(sink)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return s })
		require.NoError(t, err)
		_, err = b.TryWrite([]byte("more than four"))
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "more than four", string(s.got))
		transport.Abort()
	})
}

// bad is a protocol that panics.
type bad struct {
	protocol.Base
	lost error
}

func (*bad) DataReceived([]byte)        { panic("ouch") }
func (b *bad) ConnectionLost(err error) { b.lost = err }

func TestAProtocolThatPanicsLosesItsConnection(t *testing.T) {
	b := new(bad)
	told := listening(t, func(ctx context.Context) {
		x, y := streams.Pipe(async.RunningLoop(ctx))
		_, err := protocol.Connect(ctx, x, func() protocol.Protocol { return b })
		require.NoError(t, err)
		_, err = y.TryWrite([]byte("x"))
		require.NoError(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		_, err = y.TryWrite([]byte("x"))
		require.Error(t, err)
	})
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "ouch")
	var p *async.PanicError
	require.ErrorAs(t, b.lost, &p)
}

func TestAPeerThatIsGoneIsTold(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		a, b := streams.Pipe(async.RunningLoop(ctx))
		tr := new(trace)
		transport, err := protocol.Connect(ctx, a, func() protocol.Protocol { return &recorder{name: "a", to: tr, keep: true} })
		require.NoError(t, err)
		tr.take()
		require.NoError(t, b.Close())
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Equal(t, "0 a eof", tr.take())
		_, err = transport.WriteString("x")
		require.Error(t, err)
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.Contains(t, tr.take(), "broken pipe")
	})
}

// echo sends back what comes.
type echo struct {
	protocol.Base
	t *protocol.Transport
}

func (e *echo) ConnectionMade(t *protocol.Transport) { e.t = t }
func (e *echo) DataReceived(data []byte)             { _, _ = e.t.Write(data) }

// asker sends a text, and has what came back.
type asker struct {
	protocol.Base
	text string
	got  []byte
	t    *protocol.Transport
	lost *async.Future[error]
}

func (a *asker) ConnectionMade(t *protocol.Transport) {
	a.t = t
	_, _ = t.WriteString(a.text)
}

func (a *asker) DataReceived(data []byte) {
	if a.got = append(a.got, data...); len(a.got) == len(a.text) {
		a.t.Close()
	}
}

func (a *asker) ConnectionLost(err error) { _ = a.lost.SetResult(err) }

func TestRealConnectionsTalkToProtocols(t *testing.T) {
	long := strings.Repeat("hello ", 100_000)
	for name, o := range map[string]*protocol.Options{
		"poller":     {},
		"goroutines": {Network: &streams.System{Goroutines: true}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
				s, err := o.Listen(ctx, "tcp", "127.0.0.1:0", func() protocol.Protocol { return new(echo) })
				require.NoError(t, err)
				require.True(t, s.IsServing())
				for range 3 {
					a := &asker{text: long, lost: async.NewFuture[error](ctx)}
					_, err = o.Dial(ctx, "tcp", s.Addr().String(), func() protocol.Protocol { return a })
					require.NoError(t, err)
					lost, err := a.lost.Await(ctx)
					require.NoError(t, err)
					require.NoError(t, lost)
					require.True(t, string(a.got) == long)
				}
				serve := async.Go(ctx, s.Serve)
				require.NoError(t, async.Yield(ctx))
				serve.Cancel()
				require.True(t, async.IsCanceled(serve.Wait(ctx)))
				return s.Wait(ctx)
			}))
		})
	}
}

func TestAFailedHandshakeReachesTheErrorHandler(t *testing.T) {
	told := listening(t, func(ctx context.Context) {
		o := &protocol.Options{Network: new(streams.Memory), TLS: &tls.Config{}}
		s, err := o.Listen(ctx, "tcp", ":80", func() protocol.Protocol { return new(echo) })
		require.NoError(t, err)
		plain := &protocol.Options{Network: o.Network}
		c, err := plain.Dial(ctx, "tcp", "localhost:80", func() protocol.Protocol { return new(protocol.Base) })
		require.NoError(t, err)
		_, err = c.WriteString("this is no handshake")
		require.NoError(t, err)
		s.Close()
		require.NoError(t, s.Wait(ctx))
		c.Abort()
	})
	require.Len(t, told, 1)
	var record tls.RecordHeaderError
	require.ErrorAs(t, told[0].Err, &record)
}

// datagrams is a protocol that sends back what comes, or keeps it.
type datagrams struct {
	protocol.DatagramBase
	to    *trace
	t     *protocol.DatagramTransport
	back  bool
	count *async.Future[int]
}

func (d *datagrams) ConnectionMade(t *protocol.DatagramTransport) { d.t = t; d.to.add("made") }
func (d *datagrams) ConnectionLost(err error)                     { d.to.add("lost %v", err) }
func (d *datagrams) DatagramReceived(data []byte, from net.Addr) {
	d.to.add("%s", data)
	if d.back {
		d.t.SendTo(data, from)
	} else if string(data) == "panic" {
		panic(errors.New("ouch"))
	} else if d.count != nil {
		_ = d.count.SetResult(1)
	}
}

func TestDatagramsAreTold(t *testing.T) {
	var tr, ts trace
	told := listening(t, func(ctx context.Context) {
		o := &protocol.Options{Network: new(streams.Memory)}
		tr.count(async.RunningLoop(ctx))
		a, err := o.ListenPacket(ctx, "udp", ":1", func() protocol.DatagramProtocol { return &datagrams{to: &tr} })
		require.NoError(t, err)
		tr.add("returned")
		b, err := o.ListenPacket(ctx, "udp", ":2", func() protocol.DatagramProtocol { return &datagrams{to: &ts, back: true} })
		require.NoError(t, err)
		require.Equal(t, "1 made\n2 returned", tr.take())
		a.SendTo([]byte("x"), b.LocalAddr())
		require.NoError(t, async.Sleep(ctx, time.Second))
		a.SendTo([]byte("panic"), b.LocalAddr())
		require.NoError(t, async.Sleep(ctx, time.Second))
		require.True(t, a.IsClosing())
		b.Close()
		require.NoError(t, async.Yield(ctx))
	})
	require.Len(t, told, 1)
	require.Regexp(t, `^\d x\n50 panic\n50 lost panic in a protocol: ouch`, tr.take())
	require.Contains(t, ts.take(), "lost <nil>")
}

func TestRealDatagramsAreTold(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		var tr trace
		d := &datagrams{to: &tr, count: async.NewFuture[int](ctx)}
		a, err := protocol.ListenPacket(ctx, "udp", "127.0.0.1:0", func() protocol.DatagramProtocol { return d })
		require.NoError(t, err)
		b, err := protocol.ListenPacket(ctx, "udp", "127.0.0.1:0", func() protocol.DatagramProtocol { return &datagrams{to: &tr, back: true} })
		require.NoError(t, err)
		a.SendTo([]byte("ping"), b.LocalAddr())
		_, err = d.count.Await(ctx)
		require.NoError(t, err)
		a.Close()
		b.Close()
		return nil
	}))
}
