package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

// number reads the number of a task, which is the first argument.
func number(arguments []string) (uint64, error) {
	if len(arguments) == 0 {
		return 0, fmt.Errorf("which task? Say its number, as ps prints it")
	}
	id, err := strconv.ParseUint(arguments[0], 10, 64)
	if err != nil || id == 0 {
		return 0, fmt.Errorf("%s is not the number of a task: ps prints them", arguments[0])
	}
	return id, nil
}

// where prints a task, where it is suspended, and what blocks it.
func where(ctx context.Context, c *client, arguments []string, out io.Writer) error {
	id, err := number(arguments)
	if err != nil {
		return err
	}
	var d monitorhttp.Detail
	if err := c.get(ctx, "api/task", url.Values{"id": {strconv.FormatUint(id, 10)}}, &d); err != nil {
		return err
	}
	if d.Task == nil {
		_, err := fmt.Fprintf(out, "%s has ended: %s %s\n", d.Ended.Name, d.Ended.Outcome, d.Ended.Error)
		return err
	}
	_, err = io.WriteString(out, describe(&d))
	return err
}

// describe returns what is known of a task, a line for each thing.
func describe(d *monitorhttp.Detail) string {
	var b strings.Builder
	t := d.Task
	fmt.Fprintf(&b, "%s: %s, %s for %s, %s old, %d steps, busy %s\n",
		t.Name, t.Function, t.State, short(t.InState), short(t.Age), t.Steps, short(t.Busy))
	if t.Start != nil {
		fmt.Fprintf(&b, "started at %s:%d\n", t.Start.File, t.Start.Line)
	}
	if t.Cancel != nil {
		fmt.Fprintf(&b, "canceled by %s: %s\n", t.Cancel.Name, t.Cancel.Cause)
	}
	chain(&b, d)
	for _, p := range d.Stack {
		fmt.Fprintf(&b, "    %s\n        %s:%d\n", p.Function, p.File, p.Line)
	}
	for _, w := range d.Waiters {
		fmt.Fprintf(&b, "%s waits for it\n", w.Name)
	}
	return b.String()
}

// chain writes the way to what blocks the task.
func chain(b *strings.Builder, d *monitorhttp.Detail) {
	for i := range d.Chain {
		t := &d.Chain[i]
		switch {
		case d.Cycle && i == len(d.Chain)-1:
			fmt.Fprintf(b, "%s again: a cycle\n", t.Name)
		case t.State == monitor.Waiting:
			fmt.Fprintf(b, "%s waits for %s\n", t.Name, t.Wait.Text)
		case i > 0:
			fmt.Fprintf(b, "%s is %s\n", t.Name, t.State)
		}
	}
}

// cancel asks a task to stop.
func cancel(ctx context.Context, c *client, arguments []string, out io.Writer) error {
	id, err := number(arguments)
	if err != nil {
		return err
	}
	cause := strings.Join(arguments[1:], " ")
	if err := c.post(ctx, "api/cancel", map[string]any{"id": id, "cause": cause}); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "task %d was asked to stop\n", id)
	return err
}
