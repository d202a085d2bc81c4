//go:build !amd64 || race

package sched

import (
	"sync/atomic"
	"unsafe"
)

// word is a number that one goroutine at a time writes and all read.
type word struct{ v uint64 }

func (w *word) set(v uint64) { atomic.StoreUint64(&w.v, v) }

// pointer is the same for a pointer.
type pointer[T any] struct{ p *T }

func (p *pointer[T]) set(v *T) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&p.p)), unsafe.Pointer(v))
}

func (p *pointer[T]) get() *T {
	return (*T)(atomic.LoadPointer((*unsafe.Pointer)(unsafe.Pointer(&p.p))))
}
