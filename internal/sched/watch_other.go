//go:build !amd64 && !arm64

package sched

import "runtime"

// readCalls fills p with the innermost calls that have led to its caller.
func readCalls(p *callPath) { p.n = runtime.Callers(3, p.returns[:]) }

// sameCalls returns false: without frame pointers, there is no fast way.
func sameCalls(*callPath) bool { return false }

// hasCycles reports whether there is a cycleCount.
const hasCycles = false

func cycleCount() uint64 { return 0 }
