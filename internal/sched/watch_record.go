package sched

import (
	"sync/atomic"
	"unsafe"
)

// record is what a Watch knows of a task, written by the baton's holder and
// read by any goroutine. Each half is a line of the cache: one for all tasks,
// the other for those that suspend.
type record struct {
	id    word // 0 while the record is free, and the others change
	owner word
	code  word // the address of its function
	start word // the return address of the call that started it
	born  word
	info  word // Task.number, and its State << 32
	ended word // counts if the state says that it has
	order word // of its end among those of others

	of     word // the number of the task that the following is of
	steps  word
	since  word // when it suspended last
	kind   word // what it waited for last: the first word of the interface, its type
	target word // the number of the task that it awaits, or the address of what it waits for
	task   pointer[Task]
	extra  pointer[Extra]
	_      uint64
}

// claim makes the second half that of t.
func (r *record) claim(t *Task) {
	r.of.set(0)
	r.steps.set(0)
	r.kind.set(0)
	r.task.set(t)
	r.extra.set(nil)
	r.of.set(t.id)
}

// claimed returns the second half's extra, after it was made that of t.
func (r *record) claimed(t *Task) *Extra {
	if r.of.own() != t.id {
		r.claim(t)
	}
	return r.extra.own()
}

// waits records what t waits for.
func (r *record) waits(t *Task) {
	what := (*[2]uintptr)(unsafe.Pointer(&t.waiting))
	if task, ok := t.waiting.(*Task); ok {
		r.target.set(task.id)
	} else {
		r.target.set(uint64(what[1]))
	}
	r.kind.set(uint64(what[0]))
}

// table holds the records in chunks, so that they stay where they are. Slot 0
// is of all tasks that have no other: it is written, so that nothing has to be
// asked, and not read.
type table struct {
	chunks  []*chunk
	readers atomic.Pointer[[]*chunk] // the same, for other goroutines
	used    word                     // how many slots were ever used
	limit   uint64
	free    []uint32
	history []uint32 // a ring: the slots of tasks that have ended
	oldest  int
	ended   word // how many tasks have
}

const chunkSize = 1 << 10

type chunk [chunkSize]record

func (b *table) init(c WatchConfig) {
	b.limit = uint64(min(c.Tasks, 1<<30) + c.History)
	b.history = make([]uint32, c.History)
	b.grow()
	b.used.set(1)
}

func (b *table) grow() {
	chunks := append(b.chunks[:len(b.chunks):len(b.chunks)], new(chunk))
	b.chunks = chunks
	b.readers.Store(&chunks)
}

// own returns the record of a slot, for the baton's holder.
func (b *table) own(slot uint32) *record {
	return &b.chunks[slot/chunkSize][slot%chunkSize]
}

// record returns the record of a slot, for any goroutine; nil if there is none.
func (b *table) record(slot uint32) *record {
	chunks := *b.readers.Load()
	if slot == 0 || int(slot/chunkSize) >= len(chunks) {
		return nil
	}
	return &chunks[slot/chunkSize][slot%chunkSize]
}

// take returns a free slot, or 0.
func (b *table) take() (slot uint32) {
	if last := len(b.free) - 1; last >= 0 {
		slot, b.free = b.free[last], b.free[:last]
		return slot
	}
	return b.takeNew()
}

func (b *table) takeNew() uint32 {
	n := b.used.own()
	if n > b.limit {
		return 0
	}
	if int(n) == len(b.chunks)*chunkSize {
		b.grow()
	}
	b.used.set(n + 1)
	return uint32(n)
}

// retire puts the slot of a task that has ended behind those of others. The
// oldest of them is free for another task.
func (b *table) retire(slot uint32, r *record) {
	b.ended.add(1)
	r.order.set(b.ended.own())
	if len(b.history) > 0 {
		if b.oldest++; b.oldest >= len(b.history) {
			b.oldest = 0
		}
		at := &b.history[b.oldest]
		if slot, *at = *at, slot; slot == 0 {
			return
		}
		r = b.own(slot)
	}
	r.id.set(0)
	b.free = append(b.free, slot)
}
