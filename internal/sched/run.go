package sched

import "context"

// End says why a Run ended.
type End int

// The ends of a Run.
const (
	Stopped    End = iota // by Stop
	Exited                // a task called Goexit
	Deadlocked            // nothing can ever wake a task again
)

// Run runs iterations until it ends, always after a whole one. What is left in
// the ready queue stays there for the next Run.
func (l *Loop) Run(ctx context.Context) End {
	if l.state == loopStopped {
		if l.runIteration() == Exited {
			return Exited
		}
		return Stopped
	}
	return l.run(ctx, true)
}

// runIteration does what Run does, for one iteration, if anything is ready.
func (l *Loop) runIteration() End {
	l.Stop()
	return l.run(context.Background(), false)
}

// run runs iterations. Unless it idles, as Run does, it ends when nothing is
// ready.
func (l *Loop) run(ctx context.Context, idles bool) End {
	switch l.state {
	case loopStopped:
		l.state = loopStopping
	case loopIdle:
		l.state = loopRunning
	}
	l.home.Store(self())
	if l.monitor != nil {
		l.monitor.idled()
	}
	defer l.endRun()
	if l.members != nil {
		l.members.enter(nil)
		defer l.members.leave()
	}
	if l.debug {
		defer l.debugRun()()
	}
	for first := true; ; first = false {
		switch {
		case l.batch > 0: // left by a Goexit in a callback
		case l.state == loopExiting:
			return Exited
		case l.state == loopStopping && !first:
			return Stopped
		case !l.nextIteration(ctx, idles):
			return Deadlocked
		}
		if l.picks() {
			l.runPicked()
		} else {
			l.runEntries(nil, driveLimit)
		}
	}
}

// endRun ends a Run. The idle coroutines end with it: they are of this
// goroutine's bubble of testing/synctest, and locked to its thread if it is.
func (l *Loop) endRun() {
	l.state, l.current = loopIdle, nil
	l.home.Store(0)
	if l.coroPool == nil {
		l.endIdleCoros()
	}
}

// runEntries takes entries out of the ready queue, one after another, and runs
// each, on the goroutine of driver, a suspended task, or of Run if that is nil:
// the batch, and then up to more further iterations. It returns true when the
// turn of the driver itself has come, and false where the goroutine of Run has
// to see to it what comes next.
//
// Nothing else runs entries, but for a coroutine whose task has ended, which
// goes on with one that has not begun (takeNew). The switches stand in this
// function, for each call around a switch returns where the processor does not
// expect it.
func (l *Loop) runEntries(driver *Task, more int) (turn bool) {
	for {
		if l.batch == 0 {
			if more == 0 || l.state > loopRunning {
				return false
			}
			more--
			if !l.beginIteration() && !l.waitForOffload() {
				return false
			}
		}
		e := l.ready.peek()
		next, isTask := e.(*Task)
		if !isTask {
			if driver != nil && runsUserCode(e) {
				return false
			}
			l.takeFirst()
			l.current = nil
			if l.watchdog == nil {
				e.Fire()
			} else {
				l.watchdog.fire(e)
			}
			continue
		}
		l.takeFirst()
		if next == driver {
			return true
		}
		if next.co == nil && !l.begin(next) {
			continue
		}
		l.current = next
		l.lookAhead()
		co := next.co
		co.next()
		l.relayProbe(co)
	}
}

// takeFirst takes the first entry of the batch out of the queue.
func (l *Loop) takeFirst() {
	l.ready.pop()
	l.batch--
}

// beginIteration lets what came from outside, and then the timers that are due,
// join the ready queue, whose entries are the batch. It reports whether there
// are any. Most iterations have nothing to look at.
func (l *Loop) beginIteration() bool {
	if l.suspended > 0 || l.inbox.full.Load() || l.poll.reasons > 0 || len(l.idleCoros) > keptCoros || len(l.timers.heap) > 0 {
		l.lookAround()
	}
	l.batch = l.ready.len()
	return l.batch > 0
}

// lookAround looks at all that can add to the ready queue when an iteration
// begins.
func (l *Loop) lookAround() {
	looked := l.suspended > 0 && l.lookAtForeign(false)
	if l.inbox.full.Load() {
		l.collect()
	}
	if l.poll.reasons > 0 {
		l.look()
	}
	if len(l.idleCoros) > keptCoros {
		l.trim()
	}
	if len(l.timers.heap) > 0 {
		now := l.clock.Now()
		for e, ok := l.timers.due(now); ok; e, ok = l.timers.due(now) {
			l.ready.push(e)
		}
	}
	if l.suspended > 0 {
		if l.ready.len() == 0 && !looked {
			l.lookAtForeign(true)
		}
		l.unlooked += l.ready.len()
	}
}

// nextIteration begins an iteration, idling until there is something to do if
// it may. It returns false if nothing can ever happen, or nothing is ready.
func (l *Loop) nextIteration(ctx context.Context, idles bool) bool {
	if len(l.exitedCoros) > 0 {
		l.reapExited()
	}
	for !l.beginIteration() {
		if !idles {
			return false
		}
		if l.wakeIdler() {
			continue
		}
		l.ready.clear()
		if !l.idle(ctx) {
			return false
		}
	}
	return true
}

// idle idles until the next timer, or until something comes in: the one place
// where a loop does. It returns false if nothing can ever happen.
func (l *Loop) idle(ctx context.Context) bool {
	l.current = nil // no task runs while the loop idles
	if l.monitor != nil {
		defer l.monitor.idled()
	}
	waiting := l.out > 0 || l.open > 0 || l.poll.expected > 0
	next, timers := l.timers.next()
	ended, again := l.trimAtRest()
	if ended {
		return true
	}
	if l.clock.Virtual() {
		switch {
		case l.offloads.apply():
		case waiting:
			l.restStill(timers)
		case timers:
			l.clock.Wait(next, nil)
		case l.listeners > 0:
			l.inbox.wait(nil, 0)
		default:
			return false
		}
		return true
	}
	if !timers && !waiting && l.listeners == 0 && l.foreign.First() == nil && ctx.Done() == nil {
		return false
	}
	if again > 0 && (!timers || again < next) {
		next, timers = again, true
	}
	if l.poll.poller != nil && l.poll.expected > 0 {
		l.idleInPoller(next, timers)
	} else if timers {
		l.inbox.wait(l.clock, next)
	} else {
		l.idleForHandoff()
	}
	return true
}
