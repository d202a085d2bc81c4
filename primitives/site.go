package primitives

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// A site is where something was acquired, and by which task.
type site struct {
	holder *sched.Task
	calls  [8]uintptr
}

// acquiredHere returns where this package was called.
//
//go:noinline
func acquiredHere(t *sched.Task) *site {
	s := &site{holder: t}
	runtime.Callers(2, s.calls[:])
	return s
}

// String tells the place as the end of a sentence; nothing for a nil site.
func (s *site) String() string {
	if s == nil {
		return ""
	}
	frames := runtime.CallersFrames(s.calls[:])
	for {
		frame, more := frames.Next()
		if !strings.HasPrefix(frame.Function, packagePrefix) {
			return fmt.Sprintf(", acquired in %s (%s:%d)", frame.Function, filepath.Base(frame.File), frame.Line)
		}
		if !more {
			return ""
		}
	}
}

const packagePrefix = "github.com/gobaton/async/primitives."
