package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/gobaton/async/internal/tasktree"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

// most is how many rows are asked for.
const most = "10000"

// ps prints the tasks, one a line.
func ps(ctx context.Context, c *client, arguments []string, out io.Writer) error {
	var v monitorhttp.View
	query := url.Values{"group": {"none"}, "limit": {most}, "filter": {strings.Join(arguments, " ")}}
	if err := c.get(ctx, "api/view", query, &v); err != nil {
		return err
	}
	fmt.Fprint(out, holding(v.Holder, v.Warnings))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tFUNCTION\tSTATE\tFOR\tAGE\tSTEPS\tBUSY\tWAITS FOR")
	for i := range v.Rows {
		r := &v.Rows[i]
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n",
			r.ID, r.Name, function(r.Function), r.State, short(r.InState), short(r.Age), r.Steps, short(r.Busy), r.Wait)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if v.More > 0 {
		fmt.Fprintf(out, "and %d more: give a filter\n", v.More)
	}
	return nil
}

// pstree prints the tasks as a tree of owners.
func pstree(ctx context.Context, c *client, arguments []string, out io.Writer) error {
	var s monitor.Snapshot
	if err := c.get(ctx, "api/snapshot", nil, &s); err != nil {
		return err
	}
	kept, err := named(ctx, c, &s, strings.Join(arguments, " "))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s: %s\n%s", s.Loop, summary(&s.Stats), holding(s.Holder, s.Warnings))
	var nodes []*tasktree.TaskNode
	var above []uint64
	for i := range s.Tasks {
		if t := &s.Tasks[i]; kept == nil || kept[t.ID] {
			nodes, above = append(nodes, node(t)), append(above, t.Owner)
		}
	}
	var b strings.Builder
	tasktree.Draw(&b, tasktree.Build(nodes, func(i int) uint64 { return above[i] }))
	_, err = io.WriteString(out, b.String())
	return err
}

// named returns the tasks that a filter keeps, with those that own them; nil if
// there is no filter.
func named(ctx context.Context, c *client, s *monitor.Snapshot, filter string) (kept map[uint64]bool, err error) {
	if filter == "" {
		return nil, nil
	}
	var v monitorhttp.View
	if err := c.get(ctx, "api/view", url.Values{"group": {"none"}, "limit": {most}, "filter": {filter}}, &v); err != nil {
		return nil, err
	}
	kept = map[uint64]bool{}
	for _, r := range v.Rows {
		for t := s.Task(r.ID); t != nil && !kept[t.ID]; t = s.Task(t.Owner) {
			kept[t.ID] = true
		}
	}
	return kept, nil
}

// node returns a task as the tree draws it.
func node(t *monitor.Task) *tasktree.TaskNode {
	n := &tasktree.TaskNode{ID: t.ID, Name: t.Name, Function: t.Function, Waited: t.InState}
	switch t.State {
	case monitor.Running:
		n.State = tasktree.Runs
	case monitor.Waiting:
		n.State, n.Awaits = tasktree.Waits, t.Wait.Text
	default:
		n.State = tasktree.Ready
	}
	if t.Start != nil {
		n.Started = t.Start.String()
	}
	return n
}
