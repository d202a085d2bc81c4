// Package streamstest tests connections: whatever implements streams.Conn has
// to pass [Test]. The connections of package streams do, in all their forms.
//
//	streamstest.Test(t, streamstest.Kind{Run: run, Pair: pair})
//
// Sockets for datagrams have [TestPackets]. [Choppy] makes a connection take
// and give bytes in pieces of chance, and [Failing] makes one fail in the
// middle.
package streamstest

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// A Kind is a kind of connection.
type Kind struct {
	// Run runs f in a task of a loop of its own, and returns when the loop
	// has ended.
	Run func(t *testing.T, f func(ctx context.Context))

	// Pair makes a connection and returns both its ends.
	Pair func(ctx context.Context) (a, b streams.Conn, err error)

	// NoHalf says that one side cannot end its stream and read on.
	NoHalf bool
}

// ends are the two ends of a connection, as streams.
type ends struct {
	t      *testing.T
	r1, r2 *streams.Reader
	w1, w2 *streams.Writer
}

// Test tests a kind of connection.
func Test(t *testing.T, k Kind) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if c.half && k.NoHalf {
				t.Skip("needs a half-closed connection")
			}
			k.Run(t, func(ctx context.Context) {
				a, b, err := k.Pair(ctx)
				if err != nil {
					t.Fatal(err)
				}
				e := &ends{t: t}
				l := async.RunningLoop(ctx)
				e.r1, e.w1 = streams.New(l, a)
				e.r2, e.w2 = streams.New(l, b)
				defer e.w1.Abort()
				defer e.w2.Abort()
				c.run(e, ctx)
			})
		})
	}
}

// seed returns a source of chance whose seed is logged if the test fails.
func seed(t *testing.T) *rand.Rand {
	s := rand.Uint64()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", s)
		}
	})
	return rand.New(rand.NewPCG(s, 0))
}
