package conformance

import (
	"strings"

	"github.com/gobaton/async"
)

// names has the operations that tell how tasks are called and how many
// cancellations they have heard of.
var names = family{
	ops: map[string]op{
		"name":       {"h", name},
		"set_name":   {"hs", setName},
		"current":    {"", current},
		"all_tasks":  {"", allTasks},
		"cancelling": {"h", cancelling},
	},
}

// task returns the task called name, or writes that op is skipped.
func (c *coroutine) task(op, name string) *async.Task[any] {
	t, ok := c.handles[name].(*async.Task[any])
	if !ok {
		c.printf("skip %s %s", op, name)
		return nil
	}
	return t
}

func name(c *coroutine, a args) error {
	if t := c.task("name", a.str(0)); t != nil {
		c.printf("name %s %s", a.str(0), t.Name())
	}
	return nil
}

func setName(c *coroutine, a args) error {
	if t := c.task("set_name", a.str(0)); t != nil {
		t.SetName(a.str(1))
		c.printf("set_name %s", a.str(0))
	}
	return nil
}

func current(c *coroutine, _ args) error {
	c.printf("current %s", async.CurrentTask(c.ctx).Name())
	return nil
}

func allTasks(c *coroutine, _ args) error {
	var all []string
	for _, t := range async.AllTasks(c.ctx) {
		all = append(all, t.Name())
	}
	c.printf("all_tasks [%s]", strings.Join(all, ","))
	return nil
}

func cancelling(c *coroutine, a args) error {
	if t := c.task("cancelling", a.str(0)); t != nil {
		c.printf("cancelling %s %d", a.str(0), t.Canceling())
	}
	return nil
}
