package streamstest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// A PacketKind is a kind of socket for datagrams.
type PacketKind struct {
	// Run runs f in a task of a loop of its own, and returns when the loop
	// has ended.
	Run func(t *testing.T, f func(ctx context.Context))

	// Open opens a socket that others of its kind can send to.
	Open func(ctx context.Context) (*streams.PacketSocket, error)

	// Waits says that a sender waits for the receiver, and nothing is lost.
	Waits bool

	// Counts says that what is lost is counted.
	Counts bool
}

// packetEnds are sockets for datagrams.
type packetEnds struct {
	*ends
	kind    PacketKind
	a, b, c *streams.PacketSocket
}

// packetCases are what a socket for datagrams has to do. waits marks those
// where nothing may be lost, and drops those where it is.
var packetCases = []struct {
	name  string
	waits bool
	drops bool
	run   func(e *packetEnds, ctx context.Context)
}{
	{"datagrams keep their bounds", false, false, (*packetEnds).bounds},
	{"a receive that was canceled loses nothing", false, false, (*packetEnds).canceledReceive},
	{"Close wakes the receiver", false, false, (*packetEnds).closeWakes},
	{"a sender that is never short of room lets others run", false, false, (*packetEnds).fairness},
	{"a flood is bounded, and what is lost is counted", false, true, (*packetEnds).flood},
	{"no room suspends the sender alone", true, false, (*packetEnds).noRoom},
	{"no room for one sender, which others have taken", true, false, (*packetEnds).noRoomForOne},
}

// TestPackets tests a kind of socket for datagrams.
func TestPackets(t *testing.T, k PacketKind) {
	for _, c := range packetCases {
		t.Run(c.name, func(t *testing.T) {
			if c.waits && !k.Waits || c.drops && k.Waits {
				t.Skip("is about sockets that lose datagrams, or about those that do not")
			}
			k.Run(t, func(ctx context.Context) {
				e := &packetEnds{ends: &ends{t: t}, kind: k}
				for _, s := range []**streams.PacketSocket{&e.a, &e.b, &e.c} {
					var err error
					*s, err = k.Open(ctx)
					e.ok(err)
					defer (*s).Close()
				}
				c.run(e, ctx)
			})
		})
	}
}

func (e *packetEnds) receive(ctx context.Context, s *streams.PacketSocket, room int) (string, net.Addr) {
	e.t.Helper()
	p := make([]byte, room)
	n, from, err := s.RecvFrom(ctx, p)
	e.ok(err)
	return string(p[:n]), from
}

func (e *packetEnds) bounds(ctx context.Context) {
	for _, text := range []string{"one", "", "three", "four"} {
		e.ok(e.a.SendTo(ctx, []byte(text), e.b.LocalAddr()))
	}
	for _, want := range []string{"one", "", "thr", "four"} { // what does not fit is lost
		got, from := e.receive(ctx, e.b, max(3, len(want)))
		e.check(got == want, "%q came, not %q", got, want)
		e.check(from.String() == e.a.LocalAddr().String(), "it came from %v, not from %v", from, e.a.LocalAddr())
		e.ok(e.b.SendTo(ctx, []byte("back "+got), from))
		got, _ = e.receive(ctx, e.a, 10)
		e.check(got == "back "+want, "%q came back", got)
	}
}

func (e *packetEnds) canceledReceive(ctx context.Context) {
	for i := range 5 {
		receive := async.Go(ctx, func(ctx context.Context) error {
			_, _, err := e.b.RecvFrom(ctx, make([]byte, 10))
			return err
		})
		e.ok(async.Sleep(ctx, time.Millisecond))
		receive.Cancel()
		e.ok(e.a.SendTo(ctx, []byte(fmt.Sprint(i)), e.b.LocalAddr()))
		e.check(async.IsCanceled(receive.Wait(ctx)), "not canceled")
		got, _ := e.receive(ctx, e.b, 10)
		e.check(got == fmt.Sprint(i), "%q came", got)
	}
}

func (e *packetEnds) closeWakes(ctx context.Context) {
	receive := async.Go(ctx, func(ctx context.Context) error {
		_, _, err := e.b.RecvFrom(ctx, make([]byte, 10))
		return err
	})
	e.ok(async.Sleep(ctx, time.Millisecond))
	e.ok(e.b.Close())
	e.is(receive.Wait(ctx), net.ErrClosed)
	e.is(e.b.Close(), net.ErrClosed)
	e.is(e.b.SendTo(ctx, nil, e.a.LocalAddr()), net.ErrClosed)
}

func (e *packetEnds) fairness(ctx context.Context) {
	const datagrams = 2000
	turns, done := 0, false
	ticker := async.Go(ctx, func(ctx context.Context) error {
		for ; !done; turns++ {
			if err := async.Yield(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	drain := async.Go(ctx, func(ctx context.Context) error {
		for {
			if _, _, err := e.b.RecvFrom(ctx, make([]byte, 2000)); err != nil {
				return err
			}
		}
	})
	for range datagrams {
		e.ok(e.a.SendTo(ctx, make([]byte, 1000), e.b.LocalAddr()))
	}
	done = true
	e.ok(ticker.Wait(ctx))
	e.check(turns >= datagrams*1000/(512<<10), "only %d turns in %d datagrams", turns, datagrams)
	drain.Cancel()
	e.check(async.IsCanceled(drain.Wait(ctx)), "not canceled")
}

// flood sends more than there is room for, and looks what has come.
func (e *packetEnds) flood(ctx context.Context) {
	const datagrams = 5000
	for range datagrams {
		e.ok(e.a.SendTo(ctx, make([]byte, 1000), e.b.LocalAddr()))
	}
	got := uint64(0)
	for idle := 0; idle < 100; {
		err := async.Timeout(ctx, 20*time.Millisecond, func(ctx context.Context) error {
			_, _, err := e.b.RecvFrom(ctx, make([]byte, 1000))
			return err
		})
		switch {
		case err == nil:
			got++
		case !errors.Is(err, async.ErrTimeout):
			e.ok(err)
		case !e.kind.Counts || got+e.b.Dropped() == datagrams: // what goroutines send may take a while
			idle = 100
		default:
			idle++
		}
	}
	e.check(got > 0 && got < datagrams, "%d of %d datagrams were kept for nobody", got, datagrams)
	if e.kind.Counts {
		e.check(got+e.b.Dropped() == datagrams, "%d came and %d were dropped of %d", got, e.b.Dropped(), datagrams)
		e.ok(e.b.Close())
		e.check(got+e.b.Dropped() == datagrams, "Close has changed the count")
	}
}

func (e *packetEnds) noRoom(ctx context.Context) {
	const datagrams = 2000
	sent := 0
	send := async.Go(ctx, func(ctx context.Context) error {
		for range datagrams {
			if err := e.a.SendTo(ctx, make([]byte, 1000), e.b.LocalAddr()); err != nil {
				return err
			}
			sent++
		}
		return nil
	})
	e.ok(async.Sleep(ctx, 20*time.Millisecond))
	e.check(!send.Done() && sent > 0 && sent < datagrams, "%d datagrams were sent and nobody has received one", sent)
	e.is(async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error { return e.b.SendTo(ctx, nil, e.c.LocalAddr()) }), nil)
	for range datagrams {
		e.receive(ctx, e.b, 1000)
	}
	e.ok(send.Wait(ctx))
}

func (e *packetEnds) noRoomForOne(ctx context.Context) {
	filled := 0
	for {
		err := async.Timeout(ctx, 20*time.Millisecond, func(ctx context.Context) error {
			return e.a.SendTo(ctx, []byte("a"), e.b.LocalAddr())
		})
		if errors.Is(err, async.ErrTimeout) {
			break
		}
		e.ok(err)
		filled++
	}
	send := async.Go(ctx, func(ctx context.Context) error { return e.c.SendTo(ctx, []byte("c"), e.b.LocalAddr()) })
	e.ok(async.Sleep(ctx, time.Millisecond))
	for came := ""; came != "c"; {
		e.check(filled >= 0, "the other sender's datagram does not come")
		came, _ = e.receive(ctx, e.b, 10)
		filled--
	}
	e.ok(send.Wait(ctx))
}
