package conformance

import (
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// shared has the operations on scopes that the whole program knows by name, and
// those that look at resources.
var shared = family{
	ops: map[string]op{
		"group_as":      {"so", groupAs},
		"gspawn_in":     {"ssc", groupSpawnIn},
		"gcancel_of":    {"s", groupCancelOf},
		"timeout_as":    {"sno", timeoutAs},
		"reschedule":    {"sn", reschedule},
		"expired":       {"s", expired},
		"is_set":        {"E", isSet},
		"cond_wait_for": {"CE", condWaitFor},
		"barrier_state": {"B", barrierState},
	},
}

func groupAs(c *coroutine, a args) error {
	tg := new(async.TaskGroup)
	c.groupStack = append(c.groupStack, tg)
	outer := len(c.groupStack) - 1
	defer func() { c.groupStack = c.groupStack[:outer] }()
	body := c.scope(a.body(1))
	c.groups[a.str(0)] = tg
	if err := tg.Do(c.ctx, body); err != nil {
		return err
	}
	c.printf("group_as %s ok", a.str(0))
	return nil
}

func groupSpawnIn(c *coroutine, a args) error {
	tg := c.groups[a.str(0)]
	if tg == nil {
		c.printf("skip gspawn_in %s", a.str(0))
		return nil
	}
	t := async.GoValueIn(tg, c.call(a.str(2), a.str(1)))
	if t.Done() && errors.Is(t.Err(), async.ErrGroupClosed) {
		c.printf("gspawn_in refused")
		return nil
	}
	t.SetName(a.str(1))
	c.keep(a.str(1), t)
	c.printf("gspawn_in %s", a.str(1))
	return nil
}

func groupCancelOf(c *coroutine, a args) error {
	tg := c.groups[a.str(0)]
	if tg == nil {
		c.printf("skip gcancel_of %s", a.str(0))
		return nil
	}
	tg.Cancel()
	c.printf("gcancel_of %s", a.str(0))
	return nil
}

// in returns the time n units from now, or never.
func (m *machine) in(n *int) time.Time {
	if n == nil {
		return time.Time{}
	}
	return m.loop.Now().Add(units(*n))
}

func timeoutAs(c *coroutine, a args) error {
	scope := async.NewTimeoutAt(c.in(a.numOrNil(1)))
	c.timeouts[a.str(0)] = scope
	if err := scope.Do(c.ctx, c.scope(a.body(2))); err != nil {
		return err
	}
	c.printf("timeout_as %s ok expired=%s", a.str(0), boolText(scope.Expired()))
	return nil
}

func reschedule(c *coroutine, a args) error {
	scope := c.timeouts[a.str(0)]
	if scope == nil {
		c.printf("skip reschedule %s", a.str(0))
		return nil
	}
	if err := scope.Reschedule(c.in(a.numOrNil(1))); err != nil {
		c.printf("reschedule %s refused", a.str(0))
		return nil
	}
	c.printf("reschedule %s", a.str(0))
	return nil
}

func expired(c *coroutine, a args) error {
	scope := c.timeouts[a.str(0)]
	if scope == nil {
		c.printf("skip expired %s", a.str(0))
		return nil
	}
	when := "None"
	if at := scope.When(); !at.IsZero() {
		when = fmt.Sprint(int((at.Sub(c.loop.Now()) + c.loop.Time() - c.start) / unit))
	}
	c.printf("expired %s %s when=%s", a.str(0), boolText(scope.Expired()), when)
	return nil
}

func isSet(c *coroutine, a args) error {
	c.printf("is_set %s %s", a.str(0), boolText(resource[*primitives.Event](c.machine, a.str(0)).IsSet()))
	return nil
}

func condWaitFor(c *coroutine, a args) error {
	event := resource[*primitives.Event](c.machine, a.str(1))
	if err := resource[*primitives.Condition](c.machine, a.str(0)).WaitFor(c.ctx, event.IsSet); err != nil {
		return err
	}
	c.printf("cond_wait_for %s %s", a.str(0), a.str(1))
	return nil
}

func barrierState(c *coroutine, a args) error {
	b := resource[*primitives.Barrier](c.machine, a.str(0))
	c.printf("barrier_state %s %d broken=%s", a.str(0), b.Waiting(), boolText(b.Broken()))
	return nil
}
