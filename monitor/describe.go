package monitor

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/gobaton/async/internal/sched"
)

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
	if kind, ok := knownKinds.Load(t); ok {
		return kind.(string)
	}
	kind := kindName(t)
	knownKinds.Store(t, kind)
	return kind
}

// knownKinds are the names of the types that were asked for.
var knownKinds sync.Map

func kindName(t reflect.Type) string {
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
