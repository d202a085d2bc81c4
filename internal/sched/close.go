package sched

import "context"

// EndTasks cancels every task with cause, in the order they were started, and runs the loop until they have ended; tasks
// that they start meanwhile come next.
//
// Tasks that wait on although they are canceled, with nothing left that could wake them, end by Goexit.
func (l *Loop) EndTasks(cause error) {
	for round := 0; l.tasks.first != nil; round++ {
		if round == rounds || !l.drain(cause) {
			l.kill()
		}
	}
}

// Close ends a loop without tasks. It returns the first panic that nobody retrieved.
func (l *Loop) Close() *PanicError {
	l.runLast()
	l.state = loopClosed
	l.shutInbox()
	l.closePoller()
	l.retire()
	return l.tellFailures()
}

// Finally lets body run as a task when all others have ended, before the loop is closed.
func (l *Loop) Finally(body Body) { l.last = body }

// runLast runs what was given to Finally.
func (l *Loop) runLast() {
	if l.last == nil {
		return
	}
	var t Task
	l.Start(&t, l, l.last)
	l.last = nil
	l.draining = t.id
	defer func() { l.draining = 0 }()
	for l.undrained() {
		if l.Run(context.Background()) == Deadlocked {
			l.kill()
		}
	}
}

// rounds is how often Close cancels tasks that were started while it did.
const rounds = 100

// drain cancels the tasks there are and runs the loop until they have ended. It returns false if they will not.
func (l *Loop) drain(cause error) bool {
	l.draining = l.lastID
	defer func() { l.draining = 0 }()
	for _, t := range l.Tasks() {
		t.Cancel(cause)
	}
	for l.undrained() {
		if l.Run(context.Background()) == Deadlocked {
			return false
		}
	}
	return true
}

// undrained reports whether some of the tasks that drain canceled have not ended.
func (l *Loop) undrained() bool {
	first := l.tasks.first
	return first != nil && first.id <= l.draining
}

// kill ends all tasks by Goexit.
func (l *Loop) kill() {
	l.killing, l.watched = true, true
	for l.tasks.first != nil {
		l.killOne(l.tasks.first)
	}
	l.killing, l.watched = false, l.watching()
}

func (l *Loop) killOne(t *Task) {
	t.asked, t.alert = true, true
	l.step(t)
}

// Dropped is an entry that wants to know when its turn will never come.
type Dropped interface {
	// Drop is called in place of Fire.
	Drop()
}

// shutInbox drops what will never run.
func (l *Loop) shutInbox() {
	l.collect()
	l.inbox.mu.Lock()
	l.inbox.closed = true
	l.inbox.mu.Unlock()
	for l.ready.len() > 0 {
		if d, ok := l.ready.pop().(Dropped); ok {
			d.Drop()
		}
	}
	l.batch = 0
	l.ready.forget()
}
