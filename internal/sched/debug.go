package sched

import "time"

// debugNotes holds what debug mode knows of a task.
type debugNotes struct {
	origin []uintptr     // where it was started
	by     uint64        // the number of the task that started it; 0: none did
	byName string        // and its name then
	since  time.Duration // when it suspended last; kept if there is a guard
}

// addTools gives l the tools of debug mode and testing that c asks for.
func (l *Loop) addTools(c Config) {
	l.debug = l.debug || c.Strict || c.SlowStep > 0
	if c.Strict || c.SlowStep > 0 {
		l.guard = newGuard()
	}
	if c.SlowStep > 0 {
		l.watchdog = newWatchdog(l, c.SlowStep)
	}
	if l.picks() {
		l.driver = nobody
	}
	if l.coroPool = c.Coros; l.coroPool != nil {
		l.coroPool.lendTo(l)
	}
	l.slowSuspend = l.watching()
}

// debugRun prepares a Run in debug mode. The function it returns ends that.
func (l *Loop) debugRun() (end func()) {
	l.guard.runs(true)
	l.watchdog.start()
	return func() {
		l.watchdog.end()
		l.guard.runs(false)
	}
}

// recordOrigin records where t is started, and by which task.
func (t *Task) recordOrigin() {
	l := t.loop
	l.guard.check("a task was started")
	n := &debugNotes{origin: callers(4), since: l.Now()}
	if by := l.Current(); by != nil {
		n.by, n.byName = by.id, by.Name()
	}
	t.needExtras().debug = n
	if l.guard != nil {
		t.body = &guarded{t.body}
	}
}

// debugNotes returns the notes of t, nil without debug mode.
func (t *Task) debugNotes() *debugNotes {
	if t.extras == nil {
		return nil
	}
	return t.extras.debug
}

// Origin returns where t was started; nil without debug mode.
func (t *Task) Origin() []uintptr {
	if n := t.debugNotes(); n != nil {
		return n.origin
	}
	return nil
}

// Started returns where t was started as file.go:12, "" without debug mode.
func (t *Task) Started() string { return Position(Caller(t.Origin())) }
