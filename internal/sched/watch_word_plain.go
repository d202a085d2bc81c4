//go:build amd64 && !race

package sched

import (
	"sync/atomic"
	"unsafe"
)

// word is a number that one goroutine at a time writes and all read. The store
// is a plain one: an atomic one would cost more than all else that a Watch does
// in a step. On amd64 stores become visible in their order, and Go's memory
// model lets a read of a single word return only what was written to it. Where
// this does not hold, and for the race detector, the stores are atomic.
type word struct{ v uint64 }

func (w *word) set(v uint64) { w.v = v }

// pointer is the same for a pointer.
type pointer[T any] struct{ p *T }

func (p *pointer[T]) set(v *T) { p.p = v }

func (p *pointer[T]) get() *T {
	return (*T)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&p.p))))
}
