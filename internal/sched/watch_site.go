package sched

import "runtime"

// near is how many calls are followed by their frame pointers.
const near = 12

// siteCache knows of return addresses whether they are in this library.
type siteCache struct {
	last  callPath
	site  uintptr // where the last of these returns to
	code  uintptr // of the function that was started last
	known [64]struct {
		pc   uintptr
		ours bool
	}
}

// callPath is the innermost calls of a stack, as far as their depth: where each
// returns to, and where its frame lies, from the first on.
//
// As long as the return addresses are the same so are the sizes of the frames,
// so a path can be compared with where the addresses would lie, without going
// from frame to frame.
type callPath struct {
	n       int // 0: none is known
	returns [near]uintptr
	frames  [near]uintptr //lint:ignore U1000 read and written in assembly
}

// find finds the innermost call that is not this library's, of the last ones
// that were read.
//
//go:noinline
func (s *siteCache) find() {
	for i, pc := range s.last.returns[:s.last.n] {
		if !s.isOurs(pc) {
			s.last.n, s.site = i+1, pc
			return
		}
	}
	s.last.n, s.site = 0, s.callSiteFar()
}

//go:noinline
func (s *siteCache) callSiteFar() uintptr {
	var far [32]uintptr
	for _, pc := range far[:runtime.Callers(2, far[:])] {
		if !s.isOurs(pc) {
			return pc
		}
	}
	return 0
}

// isOurs reports whether a return address is of this library's code and nothing
// else: what is inlined into a user's function is the user's.
func (s *siteCache) isOurs(pc uintptr) bool {
	k := &s.known[pc/2%uintptr(len(s.known))]
	if k.pc != pc {
		k.ours = isLibraryOnly(pc)
		k.pc = pc
	}
	return k.ours
}

//go:noinline
func isLibraryOnly(pc uintptr) bool { return Caller([]uintptr{pc}).PC == 0 }
