package sched

import (
	"fmt"
	"reflect"
	"strconv"
	"unsafe"
)

// A Known is what a Watch knows of a task, read at one moment.
type Known struct {
	Slot   uint32       // in the table
	Order  uint64       // of its end among those of others
	Begun  bool         // its first step has begun
	Waits  bool         // for something
	ID     uint64       // its number
	Owner  uint64       // the number of the task that owns it
	Steps  uint64       // times it suspended, or ended
	Since  uint64       // when it suspended last, or was started
	Born   uint64       // when it was started
	Ended  uint64       // 0: it has not
	State  State        // Pending: it has not ended
	Code   uintptr      // the address of its function; 0: Extra.Function names it
	Start  uintptr      // the return address of the call that started it; 0: not known
	Kind   reflect.Type // of what it waits for; nil: nothing
	Target uint64       // the number of the task that it awaits, or the address of what it waits for
	Awaits bool         // it awaits a task
	Extra  *Extra       // or nil
	number uint32
}

// Slots returns the number of slots to Read, of which slot 0 is none.
func (w *Watch) Slots() uint32 { return uint32(w.table.used.get()) }

// ID returns the number of the task that a slot is of, be it one that has
// ended; 0 for none. Any goroutine may ask.
func (w *Watch) ID(slot uint32) uint64 {
	if r := w.table.record(slot); r != nil {
		return r.id.get()
	}
	return 0
}

// IsReady reports whether the task of a slot, whose number it returns, waits
// for its turn. Any goroutine may ask.
func (w *Watch) IsReady(slot uint32) (id uint64, ready bool) {
	r := w.table.record(slot)
	if r == nil {
		return 0, false
	}
	if r.info.get()>>32 != 0 {
		return 0, false
	}
	id = r.id.get()
	if t := r.task.get(); t != nil && r.of.get() == id {
		return id, t.progress().ready
	}
	return id, id != 0
}

// Read reads the record of a slot, from any goroutine; false if there is none.
func (w *Watch) Read(slot uint32) (k Known, ok bool) {
	r := w.table.record(slot)
	if r == nil {
		return k, false
	}
	for range 3 { // of a task that ends, and another that takes its slot
		id := r.id.get()
		if id == 0 {
			return k, false
		}
		k = r.read()
		k.Slot, k.ID = slot, id
		if r.id.get() == id {
			return k, true
		}
	}
	return k, false
}

func (r *record) read() (k Known) {
	info := r.info.get()
	k = Known{
		Owner: r.owner.get(), Born: r.born.get(), Since: r.born.get(), State: State(info >> 32), number: uint32(info),
		Code: uintptr(r.code.get()), Start: uintptr(r.start.get()), Ended: r.ended.get(), Order: r.order.get(),
	}
	if r.of.get() == r.id.get() {
		r.readMore(&k)
	}
	if k.State != Pending {
		k.Steps++
	}
	return k
}

// readMore reads what there is of a task that has suspended, was given a name,
// or has failed.
func (r *record) readMore(k *Known) {
	k.Steps, k.Extra = r.steps.get(), r.extra.get()
	if k.Steps > 0 {
		k.Since = r.since.get()
	}
	t := r.task.get()
	if t == nil {
		return
	}
	p := t.progress()
	k.Begun, k.Waits = p.begun, !p.ready
	if kind := r.kind.get(); kind != 0 && k.Waits && k.Begun {
		k.Kind = typeOfReason(uintptr(kind))
		k.Target = r.target.get()
		k.Awaits = k.Kind == taskType
	}
}

var taskType = reflect.TypeFor[*Task]()

// typeOfReason returns the type of what a task waits for, by the first word of
// the interface that held it. Nothing of the object is looked at.
func typeOfReason(kind uintptr) reflect.Type {
	words := [2]uintptr{kind, 0}
	return reflect.TypeOf(*(*fmt.Stringer)(unsafe.Pointer(&words)))
}

// IsSleep reports whether the task sleeps.
func (k *Known) IsSleep() bool {
	return k.Kind != nil && k.Target == uint64((*[2]uintptr)(unsafe.Pointer(&sleeping))[1])
}

// Number returns N of the name Task-N, and the name that the task was given in
// place of that, as it was at its beginning.
func (k *Known) Number() (n uint32, given string) {
	if k.Extra != nil {
		given = k.Extra.Name
	}
	return k.number, given
}

// Name returns the task's name, as it was at its beginning.
func (k *Known) Name() string {
	if k.Extra != nil && k.Extra.Name != "" {
		return k.Extra.Name
	}
	return "Task-" + strconv.FormatUint(uint64(k.number), 10)
}

// Holding returns the task of a slot, for the baton's holder; nil if it has not
// suspended yet, or has ended.
func (w *Watch) Holding(slot uint32) *Task {
	if r := w.table.record(slot); r != nil && r.of.own() == r.id.own() {
		return r.task.own()
	}
	return nil
}

// TaskOf returns the task of a number, for the baton's holder; nil if it has
// ended.
func (l *Loop) TaskOf(id uint64, slot uint32) *Task {
	if l.monitor != nil {
		if t := l.monitor.Holding(slot); t != nil && t.id == id {
			return t
		}
	}
	for _, t := range l.Tasks() {
		if t.id == id {
			return t
		}
	}
	return nil
}
