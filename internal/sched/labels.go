package sched

import (
	"context"
	"runtime/pprof"
)

// valued is the values of a context, and beside them those that are pprof labels, which a goroutine has to be told of.
type valued struct {
	context.Context
	labels context.Context
}

// inherit is valuesOf for what tasks will be started in: the labels are looked up once, not for each task.
func inherit(ctx context.Context) context.Context {
	v := valuesOf(ctx)
	if _, ok := v.(*valued); ok || v == context.Background() {
		return v
	}
	return &valued{v, labelsOf(v)}
}

// labelsOf is a context with ctx's labels and nothing else, so that they are found at once.
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

// label gives the calling goroutine the labels of where t was started, in place of those of the task that ran on it before, or of whoever
// made it.
func (t *Task) label() {
	labels := context.Background()
	if v, ok := t.values.(*valued); ok {
		labels = v.labels
	}
	pprof.SetGoroutineLabels(labels)
}
