package sched

// AwaitIdle suspends until nothing else can run before time passes: no task is
// ready, nothing is out. Of several tasks that wait so, the one that came first
// goes on first, and the next when all is idle again.
func (a Awaiter) AwaitIdle() error {
	t := a.task
	k := t.Link()
	t.loop.idlers.Push(k)
	defer t.loop.idlers.Remove(k)
	_, err := a.Park(idling)
	return err
}

const idling = Text("the other tasks to be blocked")

// wakeIdler wakes the first of those that wait for the loop to be idle. It
// reports whether there was one.
func (l *Loop) wakeIdler() bool {
	if l.out > 0 {
		return false
	}
	for k := l.idlers.First(); k != nil; k = l.idlers.After(k) {
		if k.entry.(*Task).Wake() {
			l.idlers.Remove(k)
			return true
		}
	}
	return false
}
