package conformance

import "github.com/gobaton/async/primitives"

// queues has the operations on queues; their items are integers.
var queues = family{
	ops: map[string]op{
		"put":        {"Qi", put},
		"get":        {"Q", get},
		"put_nowait": {"Qi", putNowait},
		"get_nowait": {"Q", getNowait},
		"task_done":  {"Q", taskDone},
		"join":       {"Q", join},
		"qsize":      {"Q", queueSize},
		"shutdown":   {"Qb", shutdown},
	},
	resources: map[string]func(n int) any{
		"queue": func(n int) any { return primitives.NewQueue[int](n) },
		"lifo":  func(n int) any { return primitives.NewLifoQueue[int](n) },
		"prio":  func(n int) any { return primitives.NewPriorityQueue(n, func(a, b int) bool { return a < b }) },
	},
	errors: []namedError{
		{primitives.ErrQueueEmpty, "QueueEmpty"},
		{primitives.ErrQueueFull, "QueueFull"},
		{primitives.ErrQueueShutDown, "QueueShutDown"},
	},
}

func (m *machine) queue(name string) *primitives.Queue[int] {
	return resource[*primitives.Queue[int]](m, name)
}

func put(c *coroutine, a args) error {
	if err := c.queue(a.str(0)).Put(c.ctx, a.num(1)); err != nil {
		return err
	}
	c.printf("put %s %d", a.str(0), a.num(1))
	return nil
}

func get(c *coroutine, a args) error {
	v, err := c.queue(a.str(0)).Get(c.ctx)
	if err != nil {
		return err
	}
	c.printf("get %s %d", a.str(0), v)
	return nil
}

func putNowait(c *coroutine, a args) error {
	if err := c.queue(a.str(0)).PutNowait(a.num(1)); err != nil {
		return err
	}
	c.printf("put_nowait %s %d", a.str(0), a.num(1))
	return nil
}

func getNowait(c *coroutine, a args) error {
	v, err := c.queue(a.str(0)).GetNowait()
	if err != nil {
		return err
	}
	c.printf("get_nowait %s %d", a.str(0), v)
	return nil
}

func taskDone(c *coroutine, a args) error {
	c.queue(a.str(0)).TaskDone()
	c.printf("task_done %s", a.str(0))
	return nil
}

func join(c *coroutine, a args) error {
	if err := c.queue(a.str(0)).Join(c.ctx); err != nil {
		return err
	}
	c.printf("join %s", a.str(0))
	return nil
}

func queueSize(c *coroutine, a args) error {
	q := c.queue(a.str(0))
	c.printf("qsize %s %d empty=%s full=%s", a.str(0), q.Qsize(), boolText(q.Empty()), boolText(q.Full()))
	return nil
}

func shutdown(c *coroutine, a args) error {
	c.queue(a.str(0)).Shutdown(a.flag(1))
	c.printf("shutdown %s %s", a.str(0), boolText(a.flag(1)))
	return nil
}
