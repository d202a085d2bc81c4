package conformance

import (
	"fmt"
	"regexp"
	"strings"
)

// reprs has the operations that write what things say of themselves, in a form
// that Python's reprs can be brought to, too: without functions, addresses and
// callbacks, and in the words of the trace.
var reprs = family{
	ops: map[string]op{
		"repr":     {"h", repr},
		"describe": {"r", describe},
	},
}

var (
	stateOf   = regexp.MustCompile(`^<(Task|Future) (\w+)`)
	nameOf    = regexp.MustCompile(` name='([^']*)'`)
	awaitedBy = regexp.MustCompile(` wait_for=<(.*)>>$`)
)

// inPython has words of the library and how Python writes them.
var inPython = map[string]string{"canceled": "cancelled", "canceling": "cancelling"}

func repr(c *coroutine, a args) error {
	h := c.handles[a.str(0)]
	text := fmt.Sprint(h)
	parts := stateOf.FindStringSubmatch(text)[1:]
	if word, ok := inPython[parts[1]]; ok {
		parts[1] = word
	}
	if name := nameOf.FindStringSubmatch(text); name != nil {
		parts = append(parts, name[1])
	}
	if awaited := awaitedBy.FindStringSubmatch(text); awaited != nil {
		parts = append(parts, c.awaited(awaited[1])...)
	}
	if parts[1] == "finished" {
		parts = append(parts, c.text(outcome(h)))
	}
	c.printf("repr %s %s", a.str(0), strings.Join(parts, " "))
	return nil
}

// awaited says what kind of thing it is whose text stands in a repr as what is
// awaited: a task has its name there. It says nothing where that is done, and
// the task about to go on.
func (c *coroutine) awaited(text string) []string {
	if state, ok := strings.CutPrefix(text, "Future "); ok {
		if state != "pending" {
			return nil
		}
		return []string{"wait_for=Future"}
	}
	for _, t := range c.tasks {
		switch {
		case t.Name() != text:
		case t.Done():
			return nil
		default:
			return []string{"wait_for=Task"}
		}
	}
	return []string{"wait_for=other"}
}

func describe(c *coroutine, a args) error {
	text := fmt.Sprint(c.resources[a.str(0)])
	c.printf("describe %s %s", a.str(0), text)
	return nil
}
