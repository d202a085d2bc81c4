//go:build amd64 || arm64

package sched

// readCalls fills p with the innermost calls that have led to its caller. It
// follows the frame pointers, as the runtime's tracer does: a fiftieth of
// runtime.Callers.
//
//go:noescape
func readCalls(p *callPath)

// sameCalls reports whether the caller of the function that calls it was called
// as p says; not, if p is empty.
//
//go:noescape
func sameCalls(p *callPath) bool

// hasCycles reports whether there is a cycleCount.
const hasCycles = true

// cycleCount reads the processor's counter, which runs at a constant rate.
func cycleCount() uint64
