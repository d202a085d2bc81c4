package sched

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// LogKind says what an entry of a Log tells.
type LogKind uint8

// The kinds of entries.
const (
	LogStarted  LogKind = iota // Other: its owner
	LogStep                    // it has suspended, or ended; Type: what it waits for now; Other: the task that it awaits
	LogIdled                   // the loop has idled until now
	LogWoken                   // Other: the task whose step did it
	LogCanceled                // Other: the task that asked; the table's Extra says more
	LogEnded                   // State: how
)

// A LogEntry is something that happened in a loop. A step begins where the
// LogStep or LogIdled before it has ended.
type LogEntry struct {
	At       uint64  // as Watch.Stamp tells it
	Task     uint64  // its number
	Other    uint64  // as the kind says
	kind     uintptr // of what the task waits for
	Slot     uint32  // of the task
	Kind     LogKind // what it tells
	State    State   // of a task that has ended
	Panicked bool    // it ended so
	Sleeps   bool    // it waits for a timer
}

// Type returns the type of what the task waits for; nil for nothing.
func (e *LogEntry) Type() reflect.Type {
	if e.kind == 0 {
		return nil
	}
	return typeOfReason(e.kind)
}

// A Log is a ring of entries that the loop writes and one goroutine reads. What
// there is no room for is dropped and counted: the loop never waits.
type Log struct {
	steps    bool // each step is an entry
	entries  []LogEntry
	head     word // the number of the next to be written
	seen     uint64
	dropped  word
	tail     atomic.Uint64 // of the next to be read
	sleeping atomic.Bool
	wake     chan struct{}

	begun  *Task // whose step began last
	queued uint  // and where the ready queue ended then
	slots  int   // and how long its ring was
}

// OpenLog begins a log of at least size entries. The baton's holder calls it.
func (w *Watch) OpenLog(size int, steps bool) *Log {
	n := 1
	for n < size {
		n *= 2
	}
	w.log = &Log{steps: steps, entries: make([]LogEntry, n), wake: make(chan struct{}, 1)}
	if steps {
		w.log.put(LogEntry{At: w.stamp(), Kind: LogIdled})
	}
	w.loop.setTools()
	return w.log
}

// CloseLog ends the log.
func (w *Watch) CloseLog() {
	w.log = nil
	w.loop.setTools()
}

// put adds an entry, or drops it.
func (g *Log) put(e LogEntry) {
	at := g.head.own()
	if at-g.seen >= uint64(len(g.entries)) {
		if g.seen = g.tail.Load(); at-g.seen >= uint64(len(g.entries)) {
			g.dropped.add(1)
			return
		}
	}
	g.entries[at&uint64(len(g.entries)-1)] = e
	g.head.set(at + 1)
	if g.sleeping.Load() {
		g.rouse()
	}
}

//go:noinline
func (g *Log) rouse() {
	if g.sleeping.Swap(false) {
		select {
		case g.wake <- struct{}{}:
		default: // the reader will look in any case
		}
	}
}

// Take calls yield with the entries that have come.
func (g *Log) Take(yield func(e *LogEntry)) {
	head := g.head.get()
	for at := g.tail.Load(); at < head; at++ {
		yield(&g.entries[at&uint64(len(g.entries)-1)])
		if at&255 == 0 {
			g.tail.Store(at)
		}
	}
	g.tail.Store(head)
}

// Sleep prepares the reader to wait: it returns a channel that delivers once
// when an entry comes, or nil if there is one already.
func (g *Log) Sleep() <-chan struct{} {
	select {
	case <-g.wake:
	default:
	}
	g.sleeping.Store(true)
	if g.head.get() != g.tail.Load() && g.sleeping.Swap(false) {
		return nil
	}
	return g.wake
}

// Dropped returns how many entries there was no room for.
func (g *Log) Dropped() uint64 { return g.dropped.get() }

// resumed records that a step of t begins.
func (w *Watch) resumed(t *Task) {
	if !w.logsSteps() {
		return
	}
	g, r := w.log, &w.loop.ready
	g.begun, g.queued, g.slots = t, r.tail, len(r.slots)
}

// idled records that the loop has idled, or that Run begins.
func (w *Watch) idled() {
	if w.ticks && w.now.Load() == 0 {
		w.readClock()
	}
	if g := w.log; g != nil && g.steps {
		g.put(LogEntry{At: w.stamp(), Kind: LogIdled})
	}
}

// logStep records the step of t that ends now.
func (w *Watch) logStep(t *Task) {
	g := w.log
	if g == nil || !g.steps {
		return
	}
	now := w.stamp()
	w.logWoken(t, now)
	e := LogEntry{At: now, Kind: LogStep, Task: t.id, Slot: t.slot}
	if t.waiting != nil && t.state == Pending {
		e.kind = (*[2]uintptr)(unsafe.Pointer(&t.waiting))[0]
		e.Sleeps = t.waiting == sleeping
		if task, ok := t.waiting.(*Task); ok {
			e.Other = task.id
		}
	}
	g.put(e)
}

// logWoken records which tasks have joined the ready queue during the step of
// t, which ends now.
func (w *Watch) logWoken(t *Task, now uint64) {
	g, r := w.log, &w.loop.ready
	if g.begun != t || len(r.slots) != g.slots {
		return
	}
	for i := g.queued; i != r.tail; i++ {
		if o, ok := r.slots[i&r.mask].(*Task); ok && o != t && o.co != nil {
			g.put(LogEntry{At: now, Kind: LogWoken, Task: o.id, Other: t.id, Slot: o.slot})
		}
	}
	g.begun = nil
}

// logEnded records the last step of t, and its end.
func (w *Watch) logEnded(t *Task) {
	w.logStep(t)
	_, panicked := t.Peek().(*PanicError)
	w.log.put(LogEntry{At: w.stamp(), Kind: LogEnded, Task: t.id, Slot: t.slot, State: t.state, Panicked: panicked})
}
