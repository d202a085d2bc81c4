package conformance

import (
	"strings"

	"github.com/gobaton/async"
)

// combine has the operations that wait for several.
var combine = family{
	ops: map[string]op{
		"gather":       {"lb", gather},
		"as_completed": {"l", asCompleted},
	},
}

func gather(c *coroutine, a args) error {
	values, err := c.gathered(awaitables(c.find(a.list(0))), a.flag(1))
	if err != nil {
		return err
	}
	c.printf("gather %s", c.listText(values))
	return nil
}

func awaitables(hs []handle) []async.Awaitable[any] {
	aws := make([]async.Awaitable[any], len(hs))
	for i, h := range hs {
		aws[i] = h
	}
	return aws
}

func (c *coroutine) gathered(aws []async.Awaitable[any], settle bool) ([]any, error) {
	if !settle {
		return async.Gather(c.ctx, aws...)
	}
	results, err := async.GatherSettled(c.ctx, aws...)
	values := make([]any, len(results))
	for i, r := range results {
		values[i] = r.Value
		if r.Err != nil {
			values[i] = r.Err
		}
	}
	return values, err
}

// asCompleted leaves it alone where two are done already: asyncio takes these
// in the order of a set.
func asCompleted(c *coroutine, a args) error {
	hs := c.find(a.list(0))
	if countDone(hs) >= 2 {
		c.printf("skip as_completed")
		return nil
	}
	i := 0
	for h, err := range async.AsCompleted(c.ctx, hs...) {
		if err == nil {
			err = c.completed(i, h)
		}
		if err != nil {
			return err
		}
		i++
	}
	return nil
}

func countDone(hs []handle) int {
	n := 0
	for _, h := range hs {
		if h.Done() {
			n++
		}
	}
	return n
}

// completed writes what h ended with, unless that is an error that ends the
// operation.
func (c *coroutine) completed(i int, h handle) error {
	v := outcome(h)
	text := c.text(v)
	if err, ok := v.(error); ok && !countsAsValue(text) {
		return err
	}
	c.printf("as_completed %d %s", i, text)
	return nil
}

func countsAsValue(name string) bool {
	for _, prefix := range []string{"App(", "Group[", "Timeout", "QueueShutDown", "Cancelled"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
