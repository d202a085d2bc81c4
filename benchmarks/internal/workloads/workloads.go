// Package workloads holds what the benchmarks measure: one kind of work a file.
// The same in other languages lies in package peers.
package workloads

import (
	"testing"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// sized gives a body the size it works at.
func sized(size int, body func(b *testing.B, size int)) func(b *testing.B) {
	return func(b *testing.B) { body(b, size) }
}

// within returns the goal of a time at most this many times a peer's.
func within(peer string, times float64) measure.Goal {
	return measure.Goal{Metric: measure.Time, Peer: peer, AtMost: times}
}

// ahead returns the goal of being this many times as fast as CPython.
func ahead(times float64) measure.Goal {
	return within("cpython", 1/times)
}

// allocating returns the goal of at most this many allocations an operation, or
// with measure.Open none: they are only shown.
func allocating(times float64) measure.Goal {
	return measure.Goal{Metric: measure.Allocs, AtMost: times}
}
