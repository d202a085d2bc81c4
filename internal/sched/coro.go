package sched

import (
	"iter"
	"runtime/debug"
)

// A coro is a goroutine that a task runs on: an iter.Pull coroutine, between
// which and its resumer the runtime switches without the Go scheduler. When its
// task has ended, the next one takes it.
type coro struct {
	loop  *Loop
	task  *Task // what it runs, or nil to make it end
	next  func() (struct{}, bool)
	yield func(struct{}) bool

	goroutine uintptr // its record in the runtime, for lookAhead
	stack     uintptr // the top of its stack when it last suspended, more or less
}

func newCoro(l *Loop) *coro {
	c := &coro{loop: l}
	c.next, _ = iter.Pull(c.run)
	return c
}

// attachCoro gives t a coroutine to run on.
func (l *Loop) attachCoro(t *Task) {
	var c *coro
	if n := len(l.idleCoros); n > 0 {
		c = l.idleCoros[n-1]
		l.idleCoros = l.idleCoros[:n-1]
		l.surplus.low = min(l.surplus.low, n-1)
	} else {
		c = newCoro(l)
	}
	c.task, t.co = t, c
}

// run runs tasks to their ends, one after another, until it is resumed without
// one.
func (c *coro) run(yield func(struct{}) bool) {
	c.yield = yield
	c.goroutine = self()
	defer c.unwind()
	if m := c.loop.members; m != nil {
		m.enter(c)
		defer m.leave()
	}
	if g := c.loop.guard; g != nil {
		g.enter()
		defer g.leave()
	}
	for c.task != nil {
		t := c.task
		t.label()
		if c.loop.slowResume {
			t.begun()
		}
		if fn := t.fn; fn != nil {
			t.end(fn(t))
		} else {
			t.end(t.body.Run(t))
		}
		if c.takeNew() {
			continue
		}
		c.task = nil
		c.loop.idleCoros = append(c.loop.idleCoros, c)
		yield(struct{}{})
	}
}

// unwind ends a coroutine, and the task whose panic or Goexit is what ends it.
func (c *coro) unwind() {
	if c.task == nil {
		return
	}
	defer c.parkExited()
	c.task.undelivered = true // if it was killed, what it waited for may wake it still: see begin
	if v := recover(); v != nil {
		c.task.panicked(v, debug.Stack())
	} else {
		c.task.exited()
	}
}

// parkExited parks a coroutine that a Goexit ends: its end would be that of
// its resumer. It waits for reapExited. A panic that was recovered may
// be one on the way of a Goexit, which goes on after it.
func (c *coro) parkExited() {
	c.loop.exitedCoros = append(c.loop.exitedCoros, c)
	c.yield(struct{}{})
	panic(goexit{}) // iter.Pull lets next panic with it, in place of a Goexit
}

// goexit is the panic by which a parked coroutine ends.
type goexit struct{}

// reapExited ends the coroutines that parkExited has parked.
func (l *Loop) reapExited() {
	for _, c := range l.exitedCoros {
		func() {
			defer func() { _ = recover() }()
			c.next()
		}()
	}
	l.exitedCoros = nil
}

// takeNew takes the next task in the ready queue if that has not begun: a task
// that ends saves the switch to one that begins.
func (c *coro) takeNew() bool {
	l := c.loop
	if l.batch == 0 || l.eager > 0 || l.slowResume {
		return false
	}
	t, ok := l.ready.peek().(*Task)
	if !ok || t.co != nil || t.undelivered {
		return false
	}
	l.takeFirst()
	c.task, t.co = t, c
	l.current = t
	return true
}

// endIdleCoros ends the idle coroutines.
func (l *Loop) endIdleCoros() {
	l.reapExited()
	for _, c := range l.idleCoros {
		c.next()
	}
	l.idleCoros = nil
}
