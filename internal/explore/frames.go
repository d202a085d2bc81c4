package explore

import (
	"path"
	"runtime"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// A frame is a call of the user's.
type frame struct {
	function string
	position string // file.go:12
}

// userFrames returns the calls of a stack that are the user's own, innermost
// first: none of this library, of the standard one, or of testify.
func userFrames(pcs []uintptr) (frames []frame) {
	if len(pcs) == 0 {
		return nil
	}
	for it := runtime.CallersFrames(pcs); ; {
		f, more := it.Next()
		if f.PC != 0 && !isForeign(f) {
			frames = append(frames, frame{f.Function, sched.Position(f)})
		}
		if !more {
			return frames
		}
	}
}

func isForeign(f runtime.Frame) bool {
	return sched.IsLibrary(f) || isStandard(f) || strings.HasPrefix(f.Function, "github.com/stretchr/testify/")
}

// isStandard reports whether a call is one of the standard library: its folder
// is that of a package whose path begins without a dot.
func isStandard(f runtime.Frame) bool {
	pkg := packageOf(f.Function)
	first, _, _ := strings.Cut(pkg, "/")
	dir := path.Dir(f.File)
	return !strings.Contains(first, ".") && (dir == pkg || strings.HasSuffix(dir, "/src/"+pkg))
}

// packageOf returns the import path of a function's package.
func packageOf(function string) string {
	folder, name := "", function
	if i := strings.LastIndexByte(function, '/'); i >= 0 {
		folder, name = function[:i+1], function[i+1:]
	}
	name, _, _ = strings.Cut(name, ".")
	return folder + name
}

// helpers returns the functions in which tasks suspend that were called from
// different places: what everybody calls says little about where a task is.
func (h *history) helpers() map[string]bool {
	callers, found := map[string]string{}, map[string]bool{}
	for _, r := range h.rows {
		for _, e := range r.events {
			if len(e.frames) < 2 {
				continue
			}
			f, by := e.frames[0].function, e.frames[1].position
			if other, ok := callers[f]; ok && other != by {
				found[f] = true
			}
			callers[f] = by
		}
	}
	return found
}

// places returns where a step was: the innermost call, and the first that is
// none of a helper's.
func places(frames []frame, helpers map[string]bool) string {
	if len(frames) == 0 {
		return ""
	}
	for _, f := range frames[1:] {
		if !helpers[f.function] && helpers[frames[0].function] {
			return frames[0].position + " < " + f.position
		}
	}
	return frames[0].position
}
