package conformance

import (
	"errors"

	"github.com/gobaton/async"
)

// reasons has the operations that say why something is canceled, and read it.
var reasons = family{
	ops: map[string]op{
		"cancel_with": {"hs", cancelWith},
		"why":         {"", why},
	},
}

// A message is what asyncio's cancel takes.
type message string

func (m message) Error() string { return string(m) }

func cancelWith(c *coroutine, a args) error {
	asked := c.handles[a.str(0)].CancelCause(message(a.str(1)))
	c.printf("cancel_with %s %s %s", a.str(0), a.str(1), boolText(asked))
	return nil
}

func why(c *coroutine, _ args) error {
	if len(c.caught) == 0 || !async.IsCanceled(c.caught[len(c.caught)-1]) {
		c.printf("skip why")
		return nil
	}
	said := message("None")
	if canceled, ok := errors.AsType[*async.CanceledError](c.caught[len(c.caught)-1]); ok {
		errors.As(canceled.Cause, &said)
	}
	c.printf("why %s", said)
	return nil
}
