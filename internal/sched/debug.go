package sched

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// debugNotes holds what debug mode knows of a task. Where there is a guard, the
// notes of the tasks that have not ended are a list, which is read from outside
// of the loop: what changes is written under the guard's lock.
type debugNotes struct {
	id       uint64
	number   uint32
	body     Body
	at       uintptr // where it was started; 0: not known
	by       uint64  // the number of the task that started it; 0: none did
	byName   string  // and its name then, "" if that was Task- and
	byNumber uint32

	name       string        // that it was given
	waiting    fmt.Stringer  // what it is suspended on, nil while it is not
	since      time.Duration // when it suspended last
	prev, next *debugNotes
}

// addTools gives l the tools of debug mode and testing that c asks for.
func (l *Loop) addTools(c Config) {
	l.debug = l.debug || c.Strict || c.SlowStep > 0
	if c.Strict || c.SlowStep > 0 {
		l.guard = &guard{loop: l, labels: newLoopLabels(), numbers: map[uint64]struct{}{}}
		l.TrackGoroutines()
	}
	if c.SlowStep > 0 {
		l.watchdog = newWatchdog(l, c.SlowStep)
	}
	if l.picker != nil {
		l.driver = nobody
	}
	if l.coroPool = c.Coros; l.coroPool != nil {
		l.coroPool.lendTo(l)
	}
	l.setTools()
}

// debugRun prepares a Run in debug mode. The function it returns ends that.
func (l *Loop) debugRun() (end func()) {
	if l.guard == nil {
		return func() {}
	}
	l.guard.home.Store(number())
	guarding.add(l.guard)
	l.watchdog.start()
	return func() {
		l.watchdog.end()
		guarding.remove(l.guard)
	}
}

// beginStep is called when a step of t begins, on its goroutine.
func (g *guard) beginStep(t *Task) {
	g.loop.current = nil
	g.running.Store(t)
	g.loop.watchdog.begin(t)
	if n := t.extras.debug; n.waiting != nil {
		g.mu.Lock()
		n.waiting = nil
		g.mu.Unlock()
	}
}

// endStep is called when a step of t ends, on its goroutine.
func (g *guard) endStep(t *Task) {
	g.loop.watchdog.pause()
	if t.waiting == nil {
		return
	}
	n := t.extras.debug
	now := g.now()
	g.mu.Lock()
	n.waiting, n.since = t.waiting, now
	g.mu.Unlock()
}

// now returns the time since when a task waits.
func (g *guard) now() time.Duration {
	if w := g.loop.watchdog; w != nil && !g.loop.clock.Virtual() {
		return w.now()
	}
	return g.loop.Now()
}

// recordOrigin records where t is started, and by which task. It is called
// before anything else is done with t.
func (l *Loop) recordOrigin(t *Task, ctx context.Context, body Body) {
	l.guard.check("a task was started")
	x := new(debugExtras) // one allocation for both
	n := &x.debugNotes
	n.id, n.body, n.at = l.lastID+1, body, l.origins.find()
	if c, ok := ctx.(*named); ok {
		n.name = c.name
	}
	n.number = l.unnamed + 1
	if by := l.Current(); by != nil {
		n.by, n.byName, n.byNumber = by.id, by.extras.name, by.number
	}
	t.extras = &x.taskExtras
	t.extras.debug = n
	if g := l.guard; g != nil {
		g.mu.Lock()
		g.tasks.push(n)
		g.mu.Unlock()
	}
}

// debugExtras are the extras of a task in debug mode.
type debugExtras struct {
	taskExtras
	debugNotes
}

// starter returns the name of the task that has started n's, "" for none.
func (n *debugNotes) starter() string {
	if n.by == 0 {
		return ""
	}
	return nameOrNumber(n.byName, n.byNumber)
}

// called returns the name of the task. It needs the guard's lock.
func (n *debugNotes) called() string { return nameOrNumber(n.name, n.number) }

// forgetNotes takes t, which has ended, off the list.
func (t *Task) forgetNotes() {
	n, g := t.extras.debug, t.loop.guard
	if n == nil || g == nil {
		return
	}
	g.mu.Lock()
	g.tasks.remove(n)
	g.mu.Unlock()
}

// debugNotes returns the notes of t, nil without debug mode.
func (t *Task) debugNotes() *debugNotes {
	if t.extras == nil {
		return nil
	}
	return t.extras.debug
}

// Debugged reports whether t is a task of debug mode.
func (t *Task) Debugged() bool { return t.debugNotes() != nil }

// origin returns where t was started, 0 if that is not known.
func (t *Task) origin() uintptr {
	if n := t.debugNotes(); n != nil {
		return n.at
	}
	return 0
}

// Started returns where t was started as file.go:12, "" without debug mode.
func (t *Task) Started() string { return positionOf(t.origin()) }

// notesList holds the notes of the tasks that have not ended, in the order in
// which they were started, as a ring around itself.
type notesList struct{ ring debugNotes }

func (l *notesList) push(n *debugNotes) {
	if l.ring.next == nil {
		l.ring.next, l.ring.prev = &l.ring, &l.ring
	}
	last := l.ring.prev
	n.prev, n.next = last, &l.ring
	last.next, l.ring.prev = n, n
}

func (l *notesList) remove(n *debugNotes) {
	n.prev.next, n.next.prev = n.next, n.prev
	n.prev, n.next = nil, nil
}

// all yields the notes in order.
func (l *notesList) all() iter.Seq[*debugNotes] {
	return func(yield func(*debugNotes) bool) {
		for n := l.ring.next; n != nil && n != &l.ring && yield(n); {
			n = n.next
		}
	}
}
