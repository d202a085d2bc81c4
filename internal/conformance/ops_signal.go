package conformance

import (
	"syscall"

	"github.com/gobaton/async/asynctest"
)

// signals has the operations on signals, which come when the program says so.
var signals = family{
	ops: map[string]op{
		"signal_handler": {"iso", signalHandler},
		"signal_remove":  {"i", signalRemove},
		"signal":         {"i", signal},
	},
}

func signalHandler(c *coroutine, a args) error {
	c.loop.AddSignalHandler(syscall.Signal(a.num(0)), c.deed(a.str(1), a.body(2)))
	c.printf("signal_handler %d", a.num(0))
	return nil
}

func signalRemove(c *coroutine, a args) error {
	c.printf("signal_remove %d %s", a.num(0), boolText(c.loop.RemoveSignalHandler(syscall.Signal(a.num(0)))))
	return nil
}

func signal(c *coroutine, a args) error {
	handled := asynctest.Signal(c.loop.Context(), syscall.Signal(a.num(0)))
	c.printf("signal %d %s", a.num(0), boolText(handled))
	return nil
}
