package sched

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

// Here returns where the caller's caller is called from.
func Here() []uintptr { return callers(4) }

// Caller returns the innermost call of a stack that is not this library's own.
func Caller(pcs []uintptr) runtime.Frame {
	var last runtime.Frame
	if len(pcs) == 0 {
		return last
	}
	for it := runtime.CallersFrames(pcs); ; {
		f, more := it.Next()
		if f.PC != 0 && !isLibrary(f) {
			return f
		}
		if !more {
			return last
		}
	}
}

// IsLibrary reports whether a call is this library's own, or the runtime's.
func IsLibrary(f runtime.Frame) bool { return isLibrary(f) }

const module = "github.com/gobaton/async"

// isLibrary reports whether a call is one of this library's, or of the runtime
// between it and its callers.
func isLibrary(f runtime.Frame) bool {
	if strings.HasPrefix(f.Function, "runtime.") || strings.HasPrefix(f.Function, "iter.") {
		return true
	}
	rest, ours := strings.CutPrefix(f.Function, module)
	switch {
	case !ours || strings.HasSuffix(f.File, "_test.go"):
		return false
	case strings.HasPrefix(rest, "."):
		return true
	}
	for _, user := range []string{"/examples/", "/internal/conformance", "/benchmarks/"} {
		if strings.HasPrefix(rest, user) {
			return false
		}
	}
	return strings.HasPrefix(rest, "/")
}

// Position returns a call as file.go:12, "" for none.
func Position(f runtime.Frame) string {
	if f.PC == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
}
