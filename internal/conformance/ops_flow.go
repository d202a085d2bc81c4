package conformance

import (
	"time"

	"github.com/gobaton/async"
)

// flow has the operations that take a coroutine from step to step.
var flow = family{
	ops: map[string]op{
		"log":    {"s", logLabel},
		"yield":  {"", yield},
		"sleep":  {"i", sleep},
		"raise":  {"i", raise},
		"return": {"i", returnValue},
		"run":    {"c", runHere},
		"try":    {"t", try},
	},
}

// units returns n units of time.
func units(n int) time.Duration { return time.Duration(n) * unit }

func logLabel(c *coroutine, a args) error {
	c.printf("log %s", a.str(0))
	return nil
}

func yield(c *coroutine, _ args) error {
	if err := async.Yield(c.ctx); err != nil {
		return err
	}
	c.printf("yield")
	return nil
}

func sleep(c *coroutine, a args) error {
	n, err := async.SleepValue(c.ctx, units(a.num(0)), a.num(0))
	if err != nil {
		return err
	}
	c.printf("sleep %d", n)
	return nil
}

func raise(_ *coroutine, a args) error { return appError(a.num(0)) }

func returnValue(c *coroutine, a args) error {
	c.returned, c.value = true, a.num(0)
	return nil
}

func runHere(c *coroutine, a args) error {
	v, err := c.call(a.str(0), c.who).Await(c.ctx)
	if err != nil {
		return err
	}
	c.printf("run %s %s", a.str(0), c.text(v))
	return nil
}

func try(c *coroutine, a args) error {
	t := a.parts(0)
	err := c.guarded(t)
	if len(t.Final) == 0 {
		return err
	}
	return c.finally(t.Final, err)
}

// guarded runs the body and, where that fails with what t catches, the handler.
func (c *coroutine) guarded(t Try) error {
	err := c.block(t.Body)
	if err == nil || !t.catches(c.errorName(err)) {
		return err
	}
	c.printf("caught %s", c.errorName(err))
	if async.IsCanceled(err) {
		c.acknowledge()
	}
	c.caught = append(c.caught, err)
	failed := c.block(t.Handler)
	c.caught = c.caught[:len(c.caught)-1]
	if failed != nil || !t.Reraise {
		return failed
	}
	c.drop()
	c.printf("reraise")
	return err
}

// finally runs ops, keeping the return or the error on its way.
func (c *coroutine) finally(ops []Op, err error) error {
	returned, value := c.returned, c.value
	c.drop()
	c.acknowledge()
	c.printf("finally")
	if failed := c.block(ops); failed != nil {
		return failed
	}
	c.returned, c.value = returned, value
	return err
}
