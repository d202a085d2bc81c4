package conformance

import (
	"slices"
	"strings"

	"github.com/gobaton/async"
)

// tasks has the operations on tasks, and those that wait for a task or a
// future.
var tasks = family{
	ops: map[string]op{
		"spawn":   {"sc", spawn},
		"await":   {"h", await},
		"shield":  {"h", shield},
		"cancel":  {"h", cancel},
		"state":   {"s", state},
		"on_done": {"hs", onDone},
		"wait":    {"lsn", wait},
		"drain":   {"", drain},
	},
}

func spawn(c *coroutine, a args) error {
	t := async.GoValue(c.ctx, c.call(a.str(1), a.str(0)))
	t.SetName(a.str(0))
	c.keep(a.str(0), t)
	c.printf("spawn %s", a.str(0))
	return nil
}

func await(c *coroutine, a args) error {
	v, err := c.handles[a.str(0)].Await(c.ctx)
	if err != nil {
		return err
	}
	c.printf("await %s %s", a.str(0), c.text(v))
	return nil
}

func shield(c *coroutine, a args) error {
	v, err := async.Shield[any](c.ctx, c.handles[a.str(0)])
	if err != nil {
		return err
	}
	c.printf("shield %s %s", a.str(0), c.text(v))
	return nil
}

func cancel(c *coroutine, a args) error {
	c.printf("cancel %s %s", a.str(0), boolText(c.handles[a.str(0)].Cancel()))
	return nil
}

func state(c *coroutine, a args) error {
	c.printf("state %s %s", a.str(0), c.state(c.handles[a.str(0)]))
	return nil
}

func onDone(c *coroutine, a args) error {
	c.handles[a.str(0)].OnDone(func() { c.printf("callback %s", a.str(1)) })
	c.printf("on_done %s", a.str(0))
	return nil
}

var modes = map[string]async.When{
	"first": async.FirstCompleted,
	"error": async.FirstError,
	"all":   async.AllCompleted,
}

func wait(c *coroutine, a args) error {
	names := a.list(0)
	hs := c.find(names)
	done, pending, err := c.waitOn(modes[a.str(1)], a.numOrNil(2), hs)
	if err != nil {
		return err
	}
	c.printf("wait done=%s pending=%s", among(names, hs, done), among(names, hs, pending))
	return nil
}

func (c *coroutine) waitOn(when async.When, n *int, hs []handle) (done, pending []handle, err error) {
	if n == nil {
		return async.Wait(c.ctx, when, hs...)
	}
	return async.WaitTimeout(c.ctx, when, units(*n), hs...)
}

// among returns those of the names whose handles, as they were when the wait
// began, are in some.
func among(names []string, hs, some []handle) string {
	var in []string
	for i, name := range names {
		if slices.Contains(some, hs[i]) {
			in = append(in, name)
		}
	}
	return "[" + strings.Join(in, ",") + "]"
}

func drain(c *coroutine, _ args) error {
	var all []*async.Task[any]
	for _, t := range c.tasks {
		all = append(all, t)
		t.Cancel()
	}
	for _, t := range all {
		if err := c.outlive(t); err != nil {
			return err
		}
	}
	for name, t := range c.tasks {
		c.printf("state %s %s", name, c.state(t))
	}
	return nil
}

func (c *coroutine) outlive(t *async.Task[any]) error {
	for !t.Done() {
		if _, _, err := async.Wait(c.ctx, async.AllCompleted, t); err != nil {
			return err
		}
	}
	return nil
}
