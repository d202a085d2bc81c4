package conformance

import (
	"context"
	"fmt"

	"github.com/gobaton/async"
)

// A coroutine is one coroutine of the program while the task called who runs
// it.
type coroutine struct {
	*machine
	who        string
	ctx        context.Context // what awaits take: a scope's own in its body, another after an acknowledgement
	groupStack []*async.TaskGroup
	caught     []error // what the handlers around are for
	own        *end    // of a connection, the one that it serves
	returned   bool    // a return operation is on its way outwards
	value      any     // what it returns
}

func (c *coroutine) run(ops []Op) (any, error) {
	c.printf("begin")
	if err := c.block(ops); err != nil {
		c.printf("raise %s", c.errorName(err))
		return nil, err
	}
	c.printf("return %s", c.text(c.value))
	return c.value, nil
}

// block runs operations until one fails or returns.
func (c *coroutine) block(ops []Op) error {
	for _, o := range ops {
		if err := c.do(o); err != nil {
			c.drop()
			c.printf("%s ! %s", o.Name, c.errorName(err))
			return err
		}
		if c.returned {
			break
		}
	}
	return nil
}

func (c *coroutine) do(o Op) (err error) {
	if c.closed {
		return errClosed
	}
	if skip := c.missing(o); skip != "" {
		c.printf("skip %s", skip)
		return nil
	}
	defer func() {
		if misuse := asMisuse(recover()); misuse != nil {
			err = misuse
		}
	}()
	return o.op.do(c, o.Args)
}

// missing returns what to skip where o needs a handle that does not exist.
func (c *coroutine) missing(o Op) string {
	for i, kind := range o.op.args {
		switch {
		case kind == 'h' && c.handles[o.Args[i].(string)] == nil:
			return o.Name + " " + o.Args[i].(string)
		case kind == 'l' && c.find(o.Args[i].([]string)) == nil:
			return o.Name
		}
	}
	return ""
}

// drop forgets a return on its way.
func (c *coroutine) drop() { c.returned, c.value = false, nil }

// scope returns ops as the body of a scope, which runs them under its own
// context.
func (c *coroutine) scope(ops []Op) func(context.Context) error {
	return func(ctx context.Context) error {
		outer := c.ctx
		defer func() { c.ctx = outer }()
		c.ctx = ctx
		return c.block(ops)
	}
}

func (c *coroutine) acknowledge() { c.ctx = async.Uncancel(c.ctx) }

func (c *coroutine) printf(format string, args ...any) {
	if !c.closed {
		c.write(c.who, fmt.Sprintf(format, args...))
	}
}
