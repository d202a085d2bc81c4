package conformance

import (
	"context"

	"github.com/gobaton/async/primitives"
)

// syncs has the operations on locks, semaphores, conditions and events.
var syncs = family{
	ops: map[string]op{
		"with":       {"Lo", with},
		"acquire":    {"L", acquire},
		"release":    {"L", release},
		"locked":     {"L", locked},
		"cond_wait":  {"C", condWait},
		"notify":     {"Ci", notify},
		"notify_all": {"C", notifyAll},
		"ev_set":     {"E", eventSet},
		"ev_clear":   {"E", eventClear},
		"ev_wait":    {"E", eventWait},
	},
	resources: map[string]func(n int) any{
		"lock":  func(int) any { return new(primitives.Lock) },
		"sem":   func(n int) any { return primitives.NewSemaphore(n) },
		"bsem":  func(n int) any { return primitives.NewBoundedSemaphore(n) },
		"cond":  func(int) any { return &primitives.Condition{L: new(primitives.Lock)} },
		"event": func(int) any { return new(primitives.Event) },
	},
}

// A locker is a lock, a semaphore or a condition.
type locker interface {
	Acquire(ctx context.Context) error
	Release()
	Locked() bool
	With(ctx context.Context, body func(ctx context.Context) error) error
}

// with does not go by the context its body is given: that is no scope's, and
// what the body acknowledges holds after it too.
func with(c *coroutine, a args) error {
	err := resource[locker](c.machine, a.str(0)).With(c.ctx, func(context.Context) error {
		c.printf("enter %s", a.str(0))
		return c.block(a.body(1))
	})
	if err != nil {
		return err
	}
	c.printf("exit %s", a.str(0))
	return nil
}

func acquire(c *coroutine, a args) error {
	if err := resource[locker](c.machine, a.str(0)).Acquire(c.ctx); err != nil {
		return err
	}
	c.printf("acquire %s", a.str(0))
	return nil
}

func release(c *coroutine, a args) error {
	resource[locker](c.machine, a.str(0)).Release()
	c.printf("release %s", a.str(0))
	return nil
}

func locked(c *coroutine, a args) error {
	c.printf("locked %s %s", a.str(0), boolText(resource[locker](c.machine, a.str(0)).Locked()))
	return nil
}

func condWait(c *coroutine, a args) error {
	if err := resource[*primitives.Condition](c.machine, a.str(0)).Wait(c.ctx); err != nil {
		return err
	}
	c.printf("cond_wait %s", a.str(0))
	return nil
}

func notify(c *coroutine, a args) error {
	resource[*primitives.Condition](c.machine, a.str(0)).Notify(a.num(1))
	c.printf("notify %s %d", a.str(0), a.num(1))
	return nil
}

func notifyAll(c *coroutine, a args) error {
	resource[*primitives.Condition](c.machine, a.str(0)).NotifyAll()
	c.printf("notify_all %s", a.str(0))
	return nil
}

func eventSet(c *coroutine, a args) error {
	resource[*primitives.Event](c.machine, a.str(0)).Set()
	c.printf("ev_set %s", a.str(0))
	return nil
}

func eventClear(c *coroutine, a args) error {
	resource[*primitives.Event](c.machine, a.str(0)).Clear()
	c.printf("ev_clear %s", a.str(0))
	return nil
}

func eventWait(c *coroutine, a args) error {
	if err := resource[*primitives.Event](c.machine, a.str(0)).Wait(c.ctx); err != nil {
		return err
	}
	c.printf("ev_wait %s", a.str(0))
	return nil
}
