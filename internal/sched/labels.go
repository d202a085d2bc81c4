package sched

import (
	"context"
	"runtime/pprof"
)

// valued keeps the values of a context, and apart from them the pprof labels
// among them, which a goroutine has to be given.
type valued struct {
	context.Context
	labels context.Context
}

// inherit returns valuesOf(ctx) for a context that tasks will be started in:
// the labels are looked up once, not for each task. What a task or a scope has
// was inherited itself.
func inherit(ctx context.Context) context.Context {
	switch c := ctx.(type) {
	case *Task:
		return c.values
	case *Scope:
		if c.kind != foreign {
			return c.values
		}
	}
	v := valuesOf(ctx)
	if _, ok := v.(*valued); ok || v == context.Background() {
		return v
	}
	return &valued{v, labelsOf(v)}
}

// labelsOf returns a context with ctx's labels and nothing else, so that they
// are found at once.
func labelsOf(ctx context.Context) context.Context {
	var labels []string
	pprof.ForLabels(ctx, func(name, value string) bool {
		labels = append(labels, name, value)
		return true
	})
	if labels == nil {
		return context.Background()
	}
	return pprof.WithLabels(context.Background(), pprof.Labels(labels...))
}

// label gives the calling goroutine the labels of the context that t was
// started with, in place of those that an earlier task, or the maker of the
// goroutine, left on it.
func (t *Task) label() {
	labels := context.Background()
	if g := t.loop.guard; g != nil {
		v := g.labels.on(t.values)
		t.values, labels = v, v.labels
	} else if v, ok := t.values.(*valued); ok {
		labels = v.labels
	}
	pprof.SetGoroutineLabels(labels)
}
