package asynctest

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// leaks finds the goroutines that a test has started and left behind, by a
// profiler label: goroutines inherit those of whoever starts them, so that
// tests in parallel are told apart exactly.
type leaks struct {
	ctx  context.Context // carries the label, for code that labels goroutines by its context
	mark string          // the label as a goroutine profile prints it
}

const labelKey = "asynctest"

// listener is the goroutine that package os/signal starts once, with its first
// Notify, for as long as the process lives.
const listener = "\tos/signal.loop+"

var labels atomic.Uint64

// label labels the calling goroutine, and those it starts, until check.
func label(t testing.TB) leaks {
	n := strconv.FormatUint(labels.Add(1), 10)
	ctx := pprof.WithLabels(t.Context(), pprof.Labels(labelKey, n))
	pprof.SetGoroutineLabels(ctx)
	return leaks{ctx: ctx, mark: fmt.Sprintf("%q:%q", labelKey, n)}
}

// check ends the labeling, and fails the test with the goroutines that are
// left. It gives them time to come to their ends.
func (l leaks) check(t testing.TB) {
	t.Helper()
	pprof.SetGoroutineLabels(t.Context())
	if t.Failed() {
		return // what failed need not have come to stop what it started
	}
	found := l.find()
	for pause := time.Microsecond; len(found) > 0 && pause < time.Second; pause *= 2 {
		runtime.Gosched()
		time.Sleep(pause)
		found = l.find()
	}
	for _, stack := range found {
		t.Errorf("goroutine left behind by the test:\n%s", stack)
	}
}

// find returns the stacks of the goroutines with the label.
func (l leaks) find() (stacks []string) {
	var profile bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&profile, 1)
	for record := range strings.SplitSeq(profile.String(), "\n\n") {
		head, stack, _ := strings.Cut(record, "\n# labels: ")
		labels, stack, _ := strings.Cut(stack, "\n")
		if strings.Contains(labels, l.mark) && !strings.Contains(stack, listener) {
			count, _, _ := strings.Cut(head[strings.LastIndexByte(head, '\n')+1:], " @")
			stacks = append(stacks, count+" of\n"+stack)
		}
	}
	return stacks
}
