package sched

import (
	"context"
	"fmt"
	"time"
)

const forever = time.Duration(1<<63 - 1)

var sleeping fmt.Stringer = Text("a timer")

// Yield does Enter(ctx).Yield() with as few calls around the switch as can be:
// each of them returns where the processor does not expect it.
func Yield(ctx context.Context) error {
	t, ok := ctx.(*Task)
	if !ok || t.loop.current != t || t.slowPath {
		return Enter(ctx).Yield()
	}
	t.loop.collectPosted()
	t.loop.ready.push(t)
	t.suspend()
	if t.slowPath {
		return Awaiter{task: t}.yielded()
	}
	return nil
}

// Yield passes the baton once.
func (a Awaiter) Yield() error {
	a.task.loop.enqueue(a.task)
	a.task.suspend()
	return a.yielded()
}

func (a Awaiter) yielded() error {
	if a.Status() != NotRequested {
		a.deliver()
		return a.Err()
	}
	return nil
}

// Sleep suspends the task of ctx for d, or passes the baton once if d is not
// positive.
func Sleep(ctx context.Context, d time.Duration) error {
	a := Enter(ctx)
	t, l := a.task, a.task.loop
	if d <= 0 {
		return a.Yield()
	}
	l.timers.set((*sleeper)(t), after(l.Now(), d))
	_, err := a.Park(sleeping)
	l.timers.stop(&t.timer)
	return err
}

// after returns now + d, or the end of time.
func after(now, d time.Duration) time.Duration {
	if d > forever-now {
		return forever
	}
	return now + d
}

// sleeper is a task as the owner of its sleep's timer.
type sleeper Task

// Timer returns the timer of the task's sleep.
func (s *sleeper) Timer() *Timer { return &s.timer }

// Fire wakes the sleeper, unless it was interrupted since it became due, and
// may wait for something else by now.
func (s *sleeper) Fire() {
	if s.waiting == sleeping && s.timer.seq == 0 {
		(*Task)(s).Wake()
	}
}

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
