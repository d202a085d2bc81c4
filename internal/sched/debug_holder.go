package sched

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// The stack of what holds the baton is read from a goroutine profile, as
// runtime/pprof writes it: the program goes on meanwhile, while a dump of all
// stacks, as runtime.Stack has it, stops it for longer than most slow steps
// take. A profile names no goroutines, but has their labels. So those that run
// the tasks of a loop in debug mode have one that is the loop's, beside the
// user's; of these, all that do not hold the baton are switched away from.

// loopLabel is the name of the label, whose value is the loop's number.
const loopLabel = "async.loop"

// labeledLoops counts the loops that have a label.
var labeledLoops atomic.Uint64

// loopLabels give the goroutines of a loop's tasks its label.
type loopLabels struct {
	value string
	alone *valued // the values of a task without any of its own
	last  *valued // the values that were asked for last
	given *valued // these with the label
}

func newLoopLabels() *loopLabels {
	b := &loopLabels{value: strconv.FormatUint(labeledLoops.Add(1), 10)}
	b.alone = b.with(&valued{context.Background(), context.Background()})
	return b
}

// with returns v with the label, which the user's own are added to.
func (b *loopLabels) with(v *valued) *valued {
	labels := pprof.Labels(loopLabel, b.value)
	return &valued{pprof.WithLabels(v.Context, labels), pprof.WithLabels(v.labels, labels)}
}

// on returns the values of a task with the label.
func (b *loopLabels) on(values context.Context) *valued {
	v, _ := values.(*valued)
	switch v {
	case nil:
		return b.alone
	case b.alone, b.given:
		return v
	case b.last:
		return b.given
	}
	if mine, has := pprof.Label(v.labels, loopLabel); has && mine == b.value {
		return v
	}
	b.last, b.given = v, b.with(v)
	return b.given
}

// holderStack returns the calls of what holds the baton, innermost first, two
// lines each, without those that run it: a task, or else a callback. It returns
// nil where that cannot be told. It may be called from any goroutine.
func (g *guard) holderStack(task bool) []byte {
	label := fmt.Sprintf("%q:%q", loopLabel, g.labels.value)
	var others []profiled // of other loops, or what has no labels
	for s := range profile() {
		switch {
		case !s.holdsBaton(task):
		case strings.Contains(s.labels, label):
			return s.text()
		default:
			others = append(others, s)
		}
	}
	if len(others) == 1 && !strings.Contains(others[0].labels, loopLabel) {
		return others[0].text()
	}
	return nil
}

// soleHolderStack returns the calls of what holds the baton of a loop, if there
// is one loop alone whose baton is held.
func soleHolderStack() (stack []byte) {
	for s := range profile() {
		if s.holdsBaton(true) || s.holdsBaton(false) {
			if stack != nil {
				return nil
			}
			stack = s.text()
		}
	}
	return stack
}

// profile yields the stacks of all goroutines, those alike once.
func profile() iter.Seq[profiled] {
	return func(yield func(profiled) bool) {
		var text bytes.Buffer
		if pprof.Lookup("goroutine").WriteTo(&text, 1) != nil {
			return
		}
		for block := range bytes.SplitSeq(text.Bytes(), []byte("\n\n")) {
			if !yield(parseStack(string(block))) {
				return
			}
		}
	}
}

// profiled is a stack of a goroutine profile.
type profiled struct {
	labels string
	calls  []call // innermost first
}

// parseStack reads a block of a goroutine profile: a line with the number of
// goroutines and addresses, one with labels, and then one for each call.
func parseStack(block string) (s profiled) {
	for line := range strings.Lines(block) {
		if labels, ok := strings.CutPrefix(line, "# labels: "); ok {
			s.labels = labels
			continue
		}
		parts := strings.Split(strings.TrimSpace(line), "\t")
		if parts[0] != "#" || len(parts) < 3 {
			continue
		}
		function, place := parts[2], parts[len(parts)-1]
		if plus := strings.LastIndexByte(function, '+'); plus > 0 {
			function = function[:plus]
		}
		s.calls = append(s.calls, call{strings.TrimSpace(function), place})
	}
	return s
}

// holdsBaton reports whether the stack is that of a task, or else of a
// callback, that is not switched away from.
func (s profiled) holdsBaton(task bool) bool {
	if len(s.calls) == 0 || strings.HasPrefix(s.calls[0].function, "iter.Pull[") {
		return false
	}
	idles := func(c call) bool { return c.function == module+"/internal/sched.(*Loop).idle" }
	last := s.last()
	return last >= 0 && s.calls[last].runsTask() == task && !slices.ContainsFunc(s.calls[:last], idles)
}

// last returns the index of the call that runs a task, or the loop; -1 if there
// is none.
func (s profiled) last() int {
	for i, c := range s.calls {
		if c.runsTask() || strings.HasPrefix(c.function, module+"/internal/sched.(*Loop).run") {
			return i
		}
	}
	return -1
}

// runsTask reports whether c is the call that runs tasks, one after another.
func (c call) runsTask() bool { return c.function == module+"/internal/sched.(*coro).run" }

// text returns the calls up to those that run the task or callback.
func (s profiled) text() []byte {
	calls := s.calls[:s.last()]
	for len(calls) > 1 && calls[len(calls)-1].ofLoop() {
		calls = calls[:len(calls)-1]
	}
	var b bytes.Buffer
	for _, c := range calls {
		fmt.Fprintf(&b, "%s\n\t%s\n", c.function, c.place)
	}
	return b.Bytes()
}

// describeTask returns the name of the task of a number, and where it was
// started; "" for what has ended. It may be called from any goroutine.
func (g *guard) describeTask(id uint64) (name, started string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for n := range g.tasks.all() {
		if n.id&taskMask == id {
			return n.called(), positionOf(n.at)
		}
	}
	return "", ""
}
