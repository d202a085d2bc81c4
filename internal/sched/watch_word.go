package sched

import "sync/atomic"

// get reads the word. Any goroutine may.
func (w *word) get() uint64 { return atomic.LoadUint64(&w.v) }

// Get reads the word. Any goroutine may.
func (w *word) Get() uint64 { return w.get() }

// own reads the word, for its writer.
func (w *word) own() uint64 { return w.v }

// add adds n, for its writer.
func (w *word) add(n uint64) { w.set(w.v + n) }

// own reads the pointer, for its writer.
func (p *pointer[T]) own() *T { return p.p }
