package sched

import "context"

// Fire takes in the function's end.
func (o *Offload) Fire() { o.enqueue((*completion)(o)) }

// complete settles the future with the outcome of the function.
func (o *Offload) complete() {
	o.ctx.endDerived()
	o.countReturned()
	o.wakeSleeps()
	if o.exited {
		o.err = goexitOff{}
	}
	if panicked, ok := o.err.(*PanicError); ok && panicked.Task == "" {
		panicked.Task = o.describeOwner()
		o.future.loop.Report(Event{Message: "panic off the loop", Task: panicked.Task, Err: panicked})
	}
	o.settle(o.future)
}

func (o *Offload) settle(f *Future) {
	f.Forget(&o.link)
	switch {
	case f.state != Pending:
		if _, panicked := o.err.(*PanicError); panicked || o.exited {
			f.loop.trackUnretrieved(o.describeOwner(), o.err, f, 0)
		}
	case o.err == nil:
		o.work.Arrive()
		_ = f.settle(Finished, nil)
	case IsCanceled(o.err):
		_ = f.settle(Canceled, o.err)
	case o.link.entry == nil: // a task is about to receive it, unless a request comes first
		_ = f.settle(Failed, f.loop.trackUntilClose(o.describeOwner(), o.err))
	default:
		_ = f.settle(Failed, f.loop.trackUnretrieved(o.describeOwner(), o.err, f, 0))
	}
}

// trackUntilClose tracks an error that a task is about to receive: only Close
// may find it unretrieved and report it.
func (l *Loop) trackUntilClose(who string, err error) error {
	u := &unretrieved{err: err, owner: who, loop: l}
	u.link.entry = u
	l.unretrievedErrors.Push(&u.link)
	return u
}

// describeOwner names the task whose function it is.
func (o *Offload) describeOwner() string {
	if t := taskOrNil(o.ctx.from); t != nil {
		return t.Name() + ", off the loop"
	}
	return "a function off the loop"
}

// taskOrNil returns the task of ctx, or nil.
func taskOrNil(ctx context.Context) *Task {
	switch c := ctx.Value(key{}).(type) {
	case *Task:
		return c
	case *Scope:
		return c.task
	}
	return nil
}

// goexitOff is the error of a function that called Goexit: awaiting it does the
// same.
type goexitOff struct{}

func (goexitOff) Error() string { return "async: runtime.Goexit was called off the loop" }

func (goexitOff) Is(target error) bool { return target == ErrGoexit }
