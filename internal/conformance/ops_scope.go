package conformance

import (
	"errors"

	"github.com/gobaton/async"
)

// scopes has the operations that interrupt what runs in them.
var scopes = family{
	ops: map[string]op{
		"timeout":  {"io", timeout},
		"wait_for": {"ih", waitFor},
		"group":    {"o", group},
		"gspawn":   {"sc", groupSpawn},
		"gcancel":  {"", groupCancel},
	},
	errors: []namedError{
		{async.ErrTimeout, "Timeout"},
	},
}

func timeout(c *coroutine, a args) error {
	scope := async.NewTimeout(units(a.num(0)))
	if err := scope.Do(c.ctx, c.scope(a.body(1))); err != nil {
		return err
	}
	c.printf("timeout %d ok expired=%s", a.num(0), boolText(scope.Expired()))
	return nil
}

func waitFor(c *coroutine, a args) error {
	v, err := async.WaitFor[any](c.ctx, c.handles[a.str(1)], units(a.num(0)))
	if err != nil {
		return err
	}
	c.printf("wait_for %s %s", a.str(1), c.text(v))
	return nil
}

func group(c *coroutine, a args) error {
	tg := new(async.TaskGroup)
	c.groupStack = append(c.groupStack, tg)
	outer := len(c.groupStack) - 1
	defer func() { c.groupStack = c.groupStack[:outer] }()
	if err := tg.Do(c.ctx, c.scope(a.body(0))); err != nil {
		return err
	}
	c.printf("group ok")
	return nil
}

// innermost returns the innermost group whose body c is running, or nil.
func (c *coroutine) innermost() *async.TaskGroup {
	if len(c.groupStack) == 0 {
		return nil
	}
	return c.groupStack[len(c.groupStack)-1]
}

func groupSpawn(c *coroutine, a args) error {
	tg := c.innermost()
	if tg == nil {
		c.printf("skip gspawn")
		return nil
	}
	t := async.GoValueIn(tg, c.call(a.str(1), a.str(0)))
	if t.Done() && errors.Is(t.Err(), async.ErrGroupClosed) {
		c.printf("gspawn refused")
		return nil
	}
	t.SetName(a.str(0))
	c.keep(a.str(0), t)
	c.printf("gspawn %s", a.str(0))
	return nil
}

func groupCancel(c *coroutine, _ args) error {
	tg := c.innermost()
	if tg == nil {
		c.printf("skip gcancel")
		return nil
	}
	tg.Cancel()
	c.printf("gcancel")
	return nil
}
