package sched

import (
	"context"
	"fmt"
	"strconv"
)

// A Body is the function of a task. The typed task of package async implements
// it and keeps the value.
type Body interface {
	// Run runs the task to its end; t is its context.
	Run(t *Task) error
	// Describe names the function that runs, for people.
	Describe() string
}

// A Task is a coroutine of a loop: a future for its end, a context for what it
// calls, and a place in the ready queue, in the line of what it waits for and
// in the list of the loop's tasks.
//
// It is kept small: a task is allocated for each Go.
type Task struct {
	Future
	co          *coro // what it runs on; nil before its first step and after its end
	waitState   waitState
	slowPath    bool  // it was asked to stop, or a foreign context is about: awaits look closer
	undelivered bool  // the request of its own scope is undelivered
	killed      bool  // it ends by Goexit, for nothing else could end it
	timer       Timer // of its sleep

	body   Body
	fn     func(ctx context.Context) error // what the body runs, if it does nothing else
	values context.Context                 // where it was started: values only

	waiting fmt.Stringer // what its wait is for; nil without a wait
	under   *Scope       // the scope of the await it is suspended in; nil: the task's own
	link    Link         // its place in the line of what it waits for
	next    *Task        // the task started after it, of those that have not ended
	prev    *Task

	requests uint32 // of its own scope, that no Uncancel has acknowledged
	number   uint32 // in its name; 0: it had one from the beginning
	id       uint64
	ctx      contextState // of its own scope
	extras   *taskExtras
	slot     uint32 // of its record in the table of a Watch; 0: it has none
}

// taskExtras holds the parts of a task that most tasks never need.
type taskExtras struct {
	name            string
	requestedScopes int               // how many of its scopes were asked to stop, and not left or acknowledged
	view            *Scope            // what may still come to its own context, which has ended
	foreign         []*foreignContext // contexts of others that the task has awaited under
	watch           Link              // its place among the tasks that are suspended under such
	probe           []uintptr
	debug           *debugNotes // in debug mode
	failed          int         // awaits that a request has failed, since the last Uncancel
}

// Start makes t a task of l that runs body in its turn.
func (l *Loop) Start(t *Task, ctx context.Context, body Body) {
	l.adopt(t, ctx, body)
	l.collectPosted()
	l.ready.push(t)
}

// StartEager makes t a task of l that runs body at once, up to its first
// suspension.
func (l *Loop) StartEager(t *Task, ctx context.Context, body Body) {
	l.adopt(t, ctx, body)
	l.stepEager(t)
}

// StartHeld makes t a task of l that begins only after Continue. A cancellation
// is passed on to target, which calls Continue if t is to end with that.
func (l *Loop) StartHeld(t *Task, ctx context.Context, body Body, target Target) {
	l.adopt(t, ctx, body)
	t.waitState, t.waiting = suspended, target
}

// Continue makes a held task ready.
func (t *Task) Continue() {
	t.waitState, t.waiting = noWait, nil
	t.loop.enqueue(t)
}

// StartFailed makes t a task that has failed with err and never runs.
func (l *Loop) StartFailed(t *Task, ctx context.Context, body Body, err error) {
	l.adopt(t, ctx, body)
	t.end(err)
}

func (l *Loop) adopt(t *Task, ctx context.Context, body Body) {
	l.mustBeOpen()
	if l.debug {
		l.recordOrigin(t, ctx, body)
	}
	l.lastID++
	t.loop, t.body, t.id = l, body, l.lastID
	if n, ok := ctx.(*named); ok {
		t.needExtras().name, ctx = n.name, n.Context
	}
	if t.extras == nil || t.extras.name == "" {
		l.unnamed++
		t.number = l.unnamed
	}
	t.values = inherit(ctx)
	t.link.entry = t
	l.tasks.push(t)
	if l.observed {
		if l.observer != nil {
			l.observer.Started(t, l.Current())
		}
		if l.monitor != nil {
			l.monitor.started(t, ctx)
		}
	}
}

// Fire resumes t: its turn has come.
func (t *Task) Fire() { t.loop.step(t) }

// end settles t with the error that its body returned.
func (t *Task) end(err error) {
	t.loop.tasks.remove(t)
	t.co = nil
	switch {
	case err == nil && !t.undelivered:
		t.settle(Finished, nil)
	case err == nil:
		t.settle(Canceled, t.canceledError())
	case t.countsAsCanceled(err):
		t.settle(Canceled, err)
	default:
		t.settle(Failed, t.loop.trackUnretrieved(t.Name(), err, &t.Future, t.origin()))
	}
	t.endContexts()
	if l := t.loop; l.drainTo != 0 && !l.undrained() {
		l.Stop()
	}
	if t.loop.observed {
		if t.loop.observer != nil {
			t.loop.observer.Ended(t)
		}
		if t.loop.monitor != nil {
			t.loop.monitor.ended(t)
		}
	}
}

// Cancel asks t to stop; asyncio's Task.cancel. It reports whether t was still
// pending.
func (t *Task) Cancel(cause error) bool {
	t.MustBeMade()
	t.loop.guard.check("a task was canceled")
	if t.state != Pending {
		return false
	}
	if s := t.loop.sweep; s != nil {
		s.cancel(t, cause)
		return true
	}
	t.requests++
	t.request(nil, canceledBy(cause))
	return true
}

// Canceling returns how many requests no Uncancel has acknowledged: Cancels,
// and the timeouts and groups around what runs that were asked to stop.
func (t *Task) Canceling() int {
	n := int(t.requests)
	if t.extras != nil {
		n += t.extras.requestedScopes
	}
	return n
}

// Name returns the task's name, Task-N unless it was given one.
func (t *Task) Name() string {
	if t.extras == nil {
		return nameOrNumber("", t.number)
	}
	return nameOrNumber(t.extras.name, t.number)
}

// nameOrNumber returns a name, or that of a task that was given none.
func nameOrNumber(name string, number uint32) string {
	if name != "" {
		return name
	}
	return "Task-" + strconv.FormatUint(uint64(number), 10)
}

// GivenName returns the name that the task was given, "" if it is Task-N.
func (t *Task) GivenName() string {
	if t.extras != nil {
		return t.extras.name
	}
	return ""
}

// Begun reports whether the first step of t has begun.
func (t *Task) Begun() bool { return t.co != nil || t.state != Pending }

// SetName gives the task a name.
func (t *Task) SetName(name string) {
	if t.loop != nil && t.loop.guard != nil {
		t.loop.guard.rename(t, name)
		return
	}
	t.needExtras().name = name
	if w := t.loop; w != nil && w.monitor != nil {
		w.monitor.renamed(t)
	}
}

// String returns the task's name.
func (t *Task) String() string { return t.Name() }

// Body returns the body that t runs.
func (t *Task) Body() Body { return t.body }

// SetFunc says that t's body runs fn and does nothing else, so that fn may be
// called in its place: that is a frame less on each suspended stack, all of
// which the garbage collector walks.
func (t *Task) SetFunc(fn func(ctx context.Context) error) {
	if fn == nil {
		panic("async: a nil function: give the function to run")
	}
	t.fn = fn
}

// Func returns the function given to SetFunc, or nil.
func (t *Task) Func() func(ctx context.Context) error { return t.fn }

// Runs reports whether t is the running task, outside of debug mode, where the
// loop does not say so.
func (t *Task) Runs() bool { return t.loop.current == t }

// ID returns the number of the task in its loop, counted from 1.
func (t *Task) ID() uint64 { return t.id }

// Waiting returns the object of t's wait, nil while it runs or is ready. What
// it awaits, as opposed to what it stands in line for, is named until its turn
// has come, as in asyncio.
func (t *Task) Waiting() fmt.Stringer {
	if _, awaits := t.waiting.(Target); awaits || t.Suspended() {
		return t.waiting
	}
	return nil
}

func (t *Task) needExtras() *taskExtras {
	if t.extras == nil {
		t.extras = new(taskExtras)
	}
	return t.extras
}

// taskList holds the tasks of a loop that have not ended, in the order they
// were started, as a ring.
type taskList struct{ first *Task }

func (r *taskList) push(t *Task) {
	if r.first == nil {
		t.next, t.prev = t, t
		r.first = t
		return
	}
	last := r.first.prev
	t.next, t.prev = r.first, last
	last.next, r.first.prev = t, t
}

func (r *taskList) remove(t *Task) {
	if t.next == t {
		r.first = nil
	} else {
		t.prev.next, t.next.prev = t.next, t.prev
		if r.first == t {
			r.first = t.next
		}
	}
	t.next, t.prev = nil, nil
}

// all returns the tasks in order.
func (r *taskList) all() (all []*Task) {
	for t := r.first; t != nil; t = t.next {
		all = append(all, t)
		if t.next == r.first {
			break
		}
	}
	return all
}
