package conformance

import (
	"context"

	"github.com/gobaton/async"
)

// portals has the operations that come through a portal, from the loop's own
// goroutine or from another one, which the running step waits for.
var portals = family{
	ops: map[string]op{
		"post":      {"swo", post},
		"submit":    {"scw", submit},
		"submitted": {"s", submitted},
		"withdraw":  {"sw", withdraw},
	},
}

// through calls fn with a portal that is open meanwhile.
func (c *coroutine) through(from place, fn func(p *async.Portal)) {
	p := c.loop.Portal()
	from.do(func() {
		fn(p)
		_ = p.Close()
	})
}

func post(c *coroutine, a args) error {
	var err error
	c.through(a.place(1), func(p *async.Portal) {
		c.callbacks[a.str(0)], err = p.CallSoonThreadsafe(c.deed(a.str(0), a.body(2)))
	})
	if err != nil {
		return err
	}
	c.printf("post %s", a.str(0))
	return nil
}

func submit(c *coroutine, a args) error {
	c.through(a.place(2), func(p *async.Portal) {
		c.submitted[a.str(0)] = async.Submit(p, c.call(a.str(1), a.str(0)))
	})
	c.printf("submit %s", a.str(0))
	return nil
}

func submitted(c *coroutine, a args) error {
	s := c.submitted[a.str(0)]
	if s == nil {
		c.printf("skip submitted %s", a.str(0))
		return nil
	}
	c.printf("submitted %s %s", a.str(0), c.outcomeOf(s))
	return nil
}

// outcomeOf returns what another goroutine sees of s.
func (c *coroutine) outcomeOf(s *async.Pending[any]) string {
	select {
	case <-s.Done():
	default:
		return "pending"
	}
	var text string
	place{outside: true}.do(func() {
		v, err := s.Wait(context.Background())
		switch {
		case async.IsCanceled(err):
			text = "cancelled"
		case err != nil:
			text = c.errorName(err)
		default:
			text = c.text(v)
		}
	})
	return text
}

func withdraw(c *coroutine, a args) error {
	s := c.submitted[a.str(0)]
	if s == nil {
		c.printf("skip withdraw %s", a.str(0))
		return nil
	}
	var asked bool
	a.place(1).do(func() { asked = s.Cancel() })
	c.printf("withdraw %s %s", a.str(0), boolText(asked))
	return nil
}
