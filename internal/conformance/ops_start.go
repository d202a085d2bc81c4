package conformance

import "github.com/gobaton/async"

// starts has the operations that start a task in another way than spawn.
var starts = family{
	ops: map[string]op{
		"spawn_eager":   {"sc", spawnEager},
		"spawn_lazy":    {"sc", spawnLazy},
		"spawn_named":   {"sc", spawnNamed},
		"spawn_unnamed": {"sc", spawnUnnamed},
	},
}

func spawnEager(c *coroutine, a args) error {
	t := async.GoEagerValue(c.ctx, c.call(a.str(1), a.str(0)))
	t.SetName(a.str(0))
	c.keep(a.str(0), t)
	c.printf("spawn_eager %s", a.str(0))
	return nil
}

func spawnLazy(c *coroutine, a args) error {
	t := async.GoLazyValue(c.ctx, c.call(a.str(1), a.str(0)))
	t.SetName(a.str(0))
	c.keep(a.str(0), t)
	c.printf("spawn_lazy %s", a.str(0))
	return nil
}

func spawnNamed(c *coroutine, a args) error {
	c.keep(a.str(0), async.GoValue(async.Named(c.ctx, a.str(0)), c.call(a.str(1), a.str(0))))
	c.printf("spawn_named %s", a.str(0))
	return nil
}

func spawnUnnamed(c *coroutine, a args) error {
	c.keep(a.str(0), async.GoValue(c.ctx, c.call(a.str(1), a.str(0))))
	c.printf("spawn_unnamed %s", a.str(0))
	return nil
}
