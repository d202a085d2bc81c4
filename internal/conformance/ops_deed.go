package conformance

import (
	"errors"
	"strings"

	"github.com/gobaton/async"
)

// deeds has the operations that schedule a callback which does something
// itself: operations that never suspend.
var deeds = family{
	ops: map[string]op{
		"do_soon":      {"so", doSoon},
		"do_later":     {"iso", doLater},
		"do_at":        {"iso", doAt},
		"do_when_done": {"hso", doWhenDone},
		"unwatch":      {"s", unwatch},
		"stop":         {"", stop},
	},
}

// deed returns a callback that runs ops. Where one of them fails, it panics
// with the error, as a callback of asyncio's raises.
func (m *machine) deed(label string, ops []Op) func() {
	return func() {
		m.write("loop", "called "+label)
		c := &coroutine{machine: m, who: "loop", ctx: m.loop.Context()}
		if err := c.block(ops); err != nil {
			panic(err)
		}
	}
}

// told writes what the loop's error handler hears that asyncio's exception
// handler would hear at the same moment.
func (m *machine) told(e *async.ErrorEvent) {
	if panicked, ok := errors.AsType[*async.PanicError](e.Err); ok && strings.Contains(e.Message, "callback") {
		m.write("loop", "handler callback "+m.text(panicked.Value))
	}
	if panicked, ok := errors.AsType[*async.PanicError](e.Err); ok && e.Message == "panic in a protocol" {
		m.write("loop", "handler protocol "+m.text(panicked.Value))
	}
	if strings.Contains(e.Message, "shutdown") {
		m.write("loop", "handler shutdown "+m.text(e.Err))
	}
}

func stop(c *coroutine, _ args) error {
	c.loop.Stop()
	c.printf("stop")
	return nil
}

func doSoon(c *coroutine, a args) error {
	c.callbacks[a.str(0)] = c.loop.CallSoon(c.deed(a.str(0), a.body(1)))
	c.printf("do_soon %s", a.str(0))
	return nil
}

func doLater(c *coroutine, a args) error {
	c.callbacks[a.str(1)] = c.loop.CallLater(units(a.num(0)), c.deed(a.str(1), a.body(2)))
	c.printf("do_later %d %s", a.num(0), a.str(1))
	return nil
}

func doAt(c *coroutine, a args) error {
	at := c.loop.Now().Add(units(a.num(0)) - (c.loop.Time() - c.start))
	c.callbacks[a.str(1)] = c.loop.CallAt(at, c.deed(a.str(1), a.body(2)))
	c.printf("do_at %d %s", a.num(0), a.str(1))
	return nil
}

func doWhenDone(c *coroutine, a args) error {
	c.watchers[a.str(1)] = c.handles[a.str(0)].OnDone(c.deed(a.str(1), a.body(2)))
	c.printf("do_when_done %s %s", a.str(0), a.str(1))
	return nil
}

func unwatch(c *coroutine, a args) error {
	remove := c.watchers[a.str(0)]
	if remove == nil {
		c.printf("skip unwatch %s", a.str(0))
		return nil
	}
	delete(c.watchers, a.str(0))
	c.printf("unwatch %s %s", a.str(0), boolText(remove()))
	return nil
}
