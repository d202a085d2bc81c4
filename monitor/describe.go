package monitor

import (
	"reflect"
	"runtime"
	"strings"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// describe returns what is known of a task from outside, at the time now. m.mu
// is locked.
func (m *Monitor) describe(k *sched.Known, now time.Duration, names *namer) Task {
	t := Task{
		ID: k.ID, Owner: k.Owner, Name: k.Name(), Function: names.function(k), Start: names.place(k.Start),
		Age: max(0, now-time.Duration(k.Born)), InState: max(0, now-time.Duration(k.Since)),
		Steps: k.Steps, State: Ready, Sampled: m.samples.of(k.Slot, k.ID),
	}
	if k.Extra != nil && k.Extra.Canceled != nil {
		t.Cancel = cause(k.Extra.Canceled)
	}
	switch {
	case k.Waits:
		t.State, t.Wait = Waiting, reason(k)
	case k.Steps == 0 && !k.Begun:
		t.State = New
	}
	return t
}

// reason returns what is known from outside of what a task waits for.
func reason(k *sched.Known) *Wait {
	w := &Wait{Kind: kindOf(k.Kind)}
	switch {
	case k.Kind == nil: // it has not begun
		w.Kind, w.Text = "turn", "its turn to begin"
	case k.Awaits:
		w.Holders = []uint64{k.Target}
	case k.IsSleep():
		w.Kind, w.Text = "timer", "a timer"
	default:
		w.Text, w.Object = "a "+w.Kind, k.Target
	}
	return w
}

// cause returns a request to stop as plain data.
func cause(c *sched.Cancellation) *Cause {
	return &Cause{By: c.By, Name: c.Name, Cause: c.Cause, At: time.Duration(c.At), Within: c.Within}
}

// places returns a stack without the calls of this library.
func places(pcs []uintptr) (all []Place) {
	if len(pcs) == 0 {
		return nil
	}
	for frames, more := runtime.CallersFrames(pcs), true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); f.PC != 0 && !sched.IsLibrary(f) {
			all = append(all, Place{f.Function, f.File, f.Line})
		}
	}
	return all
}

// kinds are names for the types of what tasks wait for, where they do not
// follow from those of the types.
var kinds = map[string]string{
	"Text":                  "event",
	"awaitedRoom":           "queue",
	"awaitedEnd":            "queue",
	"awaitedToken":          "limiter",
	"awaitedBytes":          "connection",
	"awaited":               "connection",
	"awaitedHandshake":      "connection",
	"groupWait":             "group",
	"member":                "group",
	"starting":              "task",
	"gathering":             "gather",
	"waitSetEntry":          "gather",
	"shieldWait":            "shield",
	"transfer":              "channel",
	"subprocess.awaitedEnd": "process",
	"waiting":               "wait",
}

// kindOf returns the name of a type of what tasks wait for.
func kindOf(t reflect.Type) string {
	if t == nil {
		return ""
	}
	name := strings.TrimPrefix(t.String(), "*")
	name, _, _ = strings.Cut(name, "[") // of an instance
	if kind, ok := kinds[name]; ok {
		return kind
	}
	name = name[strings.LastIndexByte(name, '.')+1:]
	if kind, ok := kinds[name]; ok {
		return kind
	}
	return strings.ToLower(strings.TrimPrefix(name, "awaited"))
}
