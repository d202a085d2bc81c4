package async

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// describeTask returns a task like Python's repr has it: <Task pending
// name='Task-2' coro=<answer() running at main.go:3>>.
func describeTask(t *sched.Task, value any) string {
	state, detail, _ := strings.Cut(describeState(&t.Future, value), " ")
	if detail != "" {
		detail = " " + detail
	}
	if !t.Settled() {
		if t.Canceling() > 0 {
			state = "canceling"
		}
		if w := t.Waiting(); w != nil {
			detail = " wait_for=<" + describeAwaited(w) + ">"
		}
	}
	return fmt.Sprintf("<Task %s name='%s' coro=<%s>%s>", state, t.Name(), describeCoro(t), detail)
}

// describeAwaited names what a task is suspended on: a future with its state,
// all else in words.
func describeAwaited(w fmt.Stringer) string {
	if f, ok := w.(*sched.Future); ok {
		return "Future " + describeState(f, nil)
	}
	return w.String()
}

// String tells how far the scope has come, like Python's repr: <TimeoutScope
// [active] when=1.5s>, by the loop's Time.
func (t *TimeoutScope) String() string {
	state := "created"
	switch {
	case t.scope == nil:
	case !t.over && t.Expired():
		state = "expiring"
	case !t.over:
		at := "never"
		if when, ok := t.scope.Expiry(); ok {
			at = when.String()
		}
		return "<TimeoutScope [active] when=" + at + ">"
	case t.Expired():
		state = "expired"
	default:
		state = "finished"
	}
	return "<TimeoutScope [" + state + "]>"
}

// String tells what is to be called and, by the loop's Time, when, like
// Python's repr: <Handle when=1s tick() at main.go:7>.
func (h *Handle) String() string {
	s := "<Handle"
	if h.Canceled() {
		s += " canceled"
	}
	if when, ok := h.core.When(); ok {
		s += " when=" + when.String()
	}
	switch fn := h.core.Func(); {
	case fn != nil:
		f := runtimeFunc(fn)
		s += fmt.Sprintf(" %s() at %s", sched.FunctionName(f), definedAt(f))
	case !h.Canceled():
		s += " called"
	}
	return s + ">"
}

// describeCoro names the function that t runs and where that is, so far as that
// is known.
func describeCoro(t *sched.Task) string {
	name, at := t.Body().Describe(), ""
	if b, ok := t.Body().(functioner); ok {
		fn := b.function()
		at = definedAt(fn)
		for _, f := range frames(t.Stack()) {
			if runs(f, fn) {
				at = position(f.File, f.Line)
			}
		}
	}
	switch {
	case t.Settled() && at == "":
		return name + "() done"
	case t.Settled():
		return fmt.Sprintf("%s() done, defined at %s", name, at)
	case at == "":
		return name + "() running"
	}
	return fmt.Sprintf("%s() running at %s", name, at)
}

func position(file string, line int) string {
	return fmt.Sprintf("%s:%d", filepath.Base(file), line)
}

func describeState(f *sched.Future, value any) string {
	switch f.State() {
	case sched.Pending:
		return "pending"
	case sched.Canceled:
		return "canceled"
	case sched.Failed:
		return "finished error=" + describeError(f.Peek())
	}
	if _, void := value.(Void); void || value == nil {
		return "finished"
	}
	return fmt.Sprintf("finished result=%#v", value)
}

// describeError returns an error in words, which are few for a panic.
func describeError(err error) string {
	if p, ok := err.(*PanicError); ok {
		return fmt.Sprintf("panic in %s: %v", p.Task, p.Value)
	}
	return err.Error()
}

// frames returns the calls of a stack, without those of this library at its
// ends.
func frames(pcs []uintptr) []runtime.Frame {
	if len(pcs) == 0 {
		return nil
	}
	var all []runtime.Frame
	for it := runtime.CallersFrames(pcs); ; {
		f, more := it.Next()
		if f.PC != 0 && !isPlumbing(f.Function) {
			all = append(all, f)
		}
		if !more {
			return all
		}
	}
}

// plumbing are the functions that run a task, or ask for its stack, by the
// beginnings of their names.
var plumbing = []string{
	"github.com/gobaton/async/internal/sched.",
	"github.com/gobaton/async/internal/waitq.",
	"github.com/gobaton/async.(*body[",
	"github.com/gobaton/async.(*Task[...]).Stack",
	"github.com/gobaton/async.AnyTask.Stack",
	"iter.",
	"runtime.",
}

func isPlumbing(function string) bool {
	return slices.ContainsFunc(plumbing, func(prefix string) bool { return strings.HasPrefix(function, prefix) })
}
