package primitives

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// describe is what String of a primitive gives.
func describe(kind, state string, waiting int) string {
	if waiting > 0 {
		state += fmt.Sprintf(", waiting:%d", waiting)
	}
	return "<" + kind + " [" + state + "]>"
}

func lockedText(locked bool) string {
	if locked {
		return "locked"
	}
	return "unlocked"
}

// A site is where something was acquired.
type site [8]uintptr

// acquiredHere is where this package was called.
func acquiredHere() *site {
	s := new(site)
	runtime.Callers(2, s[:])
	return s
}

// String tells the place as the end of a sentence; nothing for a nil site.
func (s *site) String() string {
	if s == nil {
		return ""
	}
	frames := runtime.CallersFrames(s[:])
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
