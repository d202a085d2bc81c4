package nettest

import (
	"context"
	"net"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/net/nettest"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pairs are the connections that are tested.
var pairs = map[string]func(ctx context.Context) (a, b streams.Conn, err error){
	"memory": func(ctx context.Context) (a, b streams.Conn, err error) {
		a, b = streams.Pipe(async.RunningLoop(ctx))
		return a, b, nil
	},
	"poller":     func(ctx context.Context) (a, b streams.Conn, err error) { return dial(ctx, false) },
	"goroutines": func(ctx context.Context) (a, b streams.Conn, err error) { return dial(ctx, true) },
	"wrapped pipe": func(ctx context.Context) (a, b streams.Conn, err error) {
		x, y := net.Pipe()
		if a, err = streams.Wrap(async.RunningLoop(ctx), x); err != nil {
			return nil, nil, err
		}
		b, err = streams.Wrap(async.RunningLoop(ctx), y)
		return a, b, err
	},
}

// dial makes a connection of the system.
func dial(ctx context.Context, goroutines bool) (a, b streams.Conn, err error) {
	n := &streams.System{Goroutines: goroutines}
	l, err := n.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	ready := async.RunningLoop(ctx).NewNotifier(l.Addr(), true)
	l.Attach(ready)
	dialed := async.GoValue(ctx, func(ctx context.Context) (streams.Conn, error) {
		return n.Dial(ctx, "tcp", l.Addr().String())
	})
	for {
		if b, err = l.TryAccept(); err != streams.ErrNotReady {
			break
		}
		if err := ready.Wait(ctx); err != nil {
			return nil, nil, err
		}
	}
	if err != nil {
		return nil, nil, err
	}
	a, err = dialed.Await(ctx)
	return a, b, err
}

// face is a stream of a connection as a net.Conn.
func face(l *async.Loop, c streams.Conn) net.Conn {
	r, w := streams.New(l, c)
	return streams.NetConn(l, r, w)
}

func TestStreamsAreNetConns(t *testing.T) {
	for name, pair := range pairs {
		t.Run(name, func(t *testing.T) {
			nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
				r := new(async.Runner)
				p := r.Start(context.Background())
				_, err = async.Submit(p, func(ctx context.Context) (_ async.Void, err error) {
					a, b, err := pair(ctx)
					if err == nil {
						l := async.RunningLoop(ctx)
						c1, c2 = face(l, a), face(l, b)
					}
					return async.Void{}, err
				}).Wait(context.Background())
				return c1, c2, func() {
					_ = c1.Close()
					_ = c2.Close()
					_ = r.Close()
				}, err
			})
		})
	}
}
