package sched

import (
	"context"
	"errors"
	"fmt"
)

// phase says how far the end of a loop has come. A loop whose Run was
// deadlocked goes from phaseEnding back to phaseOpen; from Close there is no
// way back.
type phase uint8

const (
	phaseOpen    phase = iota // nobody has asked for the end
	phaseEnding               // tasks are canceled, and what is ready runs on
	phaseKilling              // the same, but a suspension ends its task by Goexit
	phaseClosed               // nothing will ever run again
)

// rounds is how often a shutdown looks again for what has come in, or was
// started, while it ended the rest. A program that never stops to start tasks
// or to post has to end, too.
const rounds = 100

// EndTasks cancels every task with cause, in the order they were started, and
// runs the loop until they have ended; tasks that they start meanwhile come
// next.
//
// If nothing can ever wake the tasks that are left, it returns what they wait
// for, and ends them by Goexit, with their deferred functions run. Errors that
// they end with are reported.
func (l *Loop) EndTasks(cause error) (deadlock *DeadlockError) {
	l.phase, l.endCause = phaseEnding, cause
	for round := 0; l.tasks.first != nil; round++ {
		tasks := l.Tasks()
		if !l.cancelAndRun(tasks, cause) && deadlock == nil {
			deadlock = l.Deadlock()
		}
		stuck := l.undrained()
		l.drainTo = 0
		if round == rounds && l.tasks.first != nil {
			stuck = true
			l.Report(Event{Message: "tasks that started others without end were ended by Goexit during Run's shutdown"})
		}
		if stuck {
			l.kill()
		} else {
			l.settleTasks()
		}
		l.reportFailures(tasks)
	}
	l.phase = phaseOpen
	return deadlock
}

// cancelAndRun cancels tasks and runs the loop until they have ended. It
// returns false if they will not.
func (l *Loop) cancelAndRun(tasks []*Task, cause error) bool {
	l.drainTo = l.lastID
	l.cancelTasks(tasks, cause)
	for l.undrained() {
		if l.Run(context.Background()) == Deadlocked {
			return false
		}
	}
	return true
}

// settleTasks runs the two iterations in which asyncio.run's gather hears that
// the tasks have ended, and ends itself: their callbacks come before the
// report. Tasks that were started meanwhile are to be canceled before they
// begin.
func (l *Loop) settleTasks() {
	for i := 0; i < 2 && l.tasks.first == nil; i++ {
		l.runIteration()
	}
}

// undrained reports whether one of the tasks is left that the shutdown waits
// for.
func (l *Loop) undrained() bool {
	first := l.tasks.first
	return first != nil && first.id <= l.drainTo
}

// reportFailures reports the errors of tasks that the shutdown has canceled, as
// asyncio.run does, be they retrieved or not. Panics were reported when they
// happened.
func (l *Loop) reportFailures(tasks []*Task) {
	for _, t := range tasks {
		err := t.Peek()
		if _, panicked := err.(*PanicError); panicked || t.state != Failed || l.exited && errors.Is(err, ErrGoexit) {
			continue
		}
		t.MarkRetrieved()
		l.Report(Event{Message: "unhandled error during Run's shutdown", Task: t.Name(), Err: err, Started: t.Started()})
	}
}

// kill ends all tasks by Goexit.
func (l *Loop) kill() {
	before := l.phase
	l.phase = phaseKilling
	l.setTools()
	for l.tasks.first != nil {
		t := l.tasks.first
		t.undelivered, t.slowPath = true, true
		l.step(t)
	}
	l.phase = before
	l.setTools()
}

// Kill ends all tasks by Goexit, with their deferred functions run: for a loop
// that would never end by itself.
func (l *Loop) Kill() { l.kill() }

// Finally runs body as a task when all others have ended, before the loop is
// closed, and again if functions left the loop since. An error of body says
// that some of them will not be waited for.
func (l *Loop) Finally(body Body) { l.finalizer.body = body }

// finalizer is the task that waits for what is off the loop when all others
// have ended.
type finalizer struct {
	body Body
	task *Task
	ran  bool
	gone bool // it has given up
}

// Close ends the loop. Callbacks that are ready run, for those of the last
// tasks are among them; functions off the loop are waited for by what was given
// to Finally; tasks that all these start are canceled. When none of them is
// left, and nothing has come in since, the loop takes no more.
//
// Close returns the first panic that nobody retrieved. If a callback ends it by
// Goexit, it is to be called again.
func (l *Loop) Close() *PanicError {
	l.phase = phaseEnding
	for round := 0; ; round++ {
		l.endStragglers()
		l.runCallbacks()
		l.runFinalizer()
		if l.quiet() && l.shutInbox(round >= rounds) {
			break
		}
	}
	l.phase = phaseClosed
	l.Detach()
	l.dropReady()
	l.closeLocals()
	l.closePoller()
	l.returnCoros()
	return l.reportUnretrieved()
}

// quiet reports whether nothing is left that the loop could wait for.
func (l *Loop) quiet() bool {
	return l.tasks.first == nil && l.ready.len() == 0 && !l.needsFinalizer()
}

// needsFinalizer reports whether functions are to be waited for.
func (l *Loop) needsFinalizer() bool {
	f := &l.finalizer
	return f.body != nil && (!f.ran || !f.gone && l.offloads.count > 0)
}

// endStragglers ends tasks that were started after EndTasks. The finalizer is
// none of them: it is left where a callback has ended an earlier Close.
func (l *Loop) endStragglers() {
	if l.tasks.first == nil || l.finalizer.task != nil {
		return
	}
	if deadlock := l.EndTasks(l.endCause); deadlock != nil {
		l.Report(Event{Message: "deadlock during Run's shutdown", Err: deadlock})
	}
	l.phase = phaseEnding
}

// runFinalizer runs what was given to Finally, unless there is no need to.
func (l *Loop) runFinalizer() {
	f := &l.finalizer
	if f.task == nil {
		if l.tasks.first != nil || !l.needsFinalizer() {
			return
		}
		f.task = new(Task)
		l.Start(f.task, l, f.body)
	}
	l.drainTo = f.task.id
	defer func() { l.drainTo = 0 }()
	for l.undrained() {
		if l.Run(context.Background()) == Deadlocked {
			l.drainTo = 0
			l.Report(Event{Message: "deadlock during Run's shutdown", Err: l.Deadlock()})
			l.kill()
		}
	}
	f.gone = f.task.Peek() != nil
	f.task.MarkRetrieved()
	f.task, f.ran = nil, true
}

// runCallbacks runs what is ready, until nothing is, or a task was started.
func (l *Loop) runCallbacks() {
	for i := 0; i < rounds && l.tasks.first == nil; i++ {
		if l.runIteration() == Deadlocked {
			return
		}
	}
	if n := l.ready.len(); n > 0 && l.tasks.first == nil {
		l.dropReady()
		l.Report(Event{Message: fmt.Sprintf("callbacks that set off others without end were dropped during Run's shutdown (%d were ready)", n)})
	}
}

// Ending reports whether the loop takes no more tasks from outside.
func (l *Loop) Ending() bool { return l.phase != phaseOpen }

// Dropped is an entry that learns that its turn will never come.
type Dropped interface {
	// Drop is called in place of Fire.
	Drop()
}

// shutInbox refuses what comes in from now on, if nothing has since the loop
// was quiet, or if it must. It reports whether nothing was accepted that has
// not run: between the last look and the refusal there is no gap.
func (l *Loop) shutInbox(must bool) bool {
	in := &l.inbox
	in.mu.Lock()
	defer in.mu.Unlock()
	empty := len(in.items) == 0
	in.closed = in.closed || empty || must
	return empty
}

// dropReady drops what is in the ready queue.
func (l *Loop) dropReady() {
	for l.ready.len() > 0 {
		if d, ok := l.ready.pop().(Dropped); ok {
			d.Drop()
		}
	}
	l.batch = 0
	l.ready.clear()
}
