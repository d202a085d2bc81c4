package testkit

import (
	"context"

	"github.com/gobaton/async"
)

// Turns counts the iterations of a loop.
type Turns struct {
	N    int // so far
	loop *async.Loop
	next *async.Handle
}

// CountTurns begins to count. It has to come first in a test, so that it stands
// first in each iteration.
func CountTurns(ctx context.Context) *Turns {
	c := &Turns{loop: async.RunningLoop(ctx)}
	c.next = c.loop.CallSoon(c.turn)
	return c
}

func (c *Turns) turn() {
	c.N++
	c.next = c.loop.CallSoon(c.turn)
}

// During returns how many iterations begin while f runs.
func (c *Turns) During(f func()) int {
	before := c.N
	f()
	return c.N - before
}

// At lets fn be called in the iteration n from now.
func (c *Turns) At(n int, fn func()) {
	c.loop.CallSoon(func() {
		if n <= 1 {
			fn()
			return
		}
		c.At(n-1, fn)
	})
}

// Stop ends the count: time passes only then.
func (c *Turns) Stop() { c.next.Cancel() }
