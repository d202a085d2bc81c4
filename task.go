package async

import (
	"context"
	"runtime"

	"github.com/gobaton/async/internal/sched"
)

// A Task is a coroutine that runs on a loop, and the future of its end;
// asyncio.Task. [Go] and its twins make tasks.
type Task[T any] struct {
	value T
	core  sched.Task // who runs when; the value beside it is all that the core does not know
	coro  Coro[T]    // nil where there is no value: the core has the function then
}

// newTask makes a task that runs a function without a value.
func newTask(fn func(ctx context.Context) error) *Task[Void] {
	t := new(Task[Void])
	t.core.SetFunc(fn)
	return t
}

// newValueTask makes a task that runs a function with a value.
func newValueTask[T any](coro Coro[T]) *Task[T] {
	mustHaveFunc(coro != nil)
	return &Task[T]{coro: coro}
}

// mustHaveFunc panics where a function is needed and there is none.
func mustHaveFunc(has bool) {
	if !has {
		panic("async: a nil function: give the function to run")
	}
}

// Await returns the task's value, or its error, once it has ended. It suspends
// the calling task until then.
//
// If ctx is canceled first, the task is canceled too, and awaited: use [Shield]
// to leave it alone. If the task panicked, Await panics with its [*PanicError].
func (t *Task[T]) Await(ctx context.Context) (T, error) {
	if err := t.core.Await(sched.Enter(ctx), &t.core); err != nil {
		var zero T
		return zero, err
	}
	return t.value, nil
}

// Wait does what Await does, without the value.
func (t *Task[T]) Wait(ctx context.Context) error {
	return t.core.Await(sched.Enter(ctx), &t.core)
}

// Done reports whether the task has ended.
func (t *Task[T]) Done() bool { return checked(&t.core.Future).Settled() }

// Canceled reports whether the task ended because it was canceled.
func (t *Task[T]) Canceled() bool { return checked(&t.core.Future).State() == sched.Canceled }

// Result returns the task's value or its error; [ErrInvalidState] while it has
// not ended.
func (t *Task[T]) Result() (T, error) { return result(&t.core.Future, t.value) }

// Err returns the task's error; nil if it has a value, [ErrInvalidState] while
// it has not ended.
func (t *Task[T]) Err() error { return checked(&t.core.Future).Outcome() }

// Cancel asks the task to stop: the await it is suspended in fails, or its next
// one. It reports whether the task had not ended. A task that has not begun
// never runs. Each Cancel asks anew. The error of a task that has failed counts
// as retrieved, as with asyncio; a panic does not.
func (t *Task[T]) Cancel() bool { return t.CancelCause(nil) }

// CancelCause does what Cancel does, with the cause that [context.Cause] and
// the [*CanceledError] give.
func (t *Task[T]) CancelCause(cause error) bool {
	return requestEnd(&t.core, &t.core.Future, cause)
}

// Canceling returns the number of cancellations that no [Uncancel] has
// acknowledged; asyncio's cancelling.
func (t *Task[T]) Canceling() int { return t.core.Canceling() }

// OnDone lets fn be called when the task has ended, with the next iteration if
// it has already; asyncio's add_done_callback. Callbacks and tasks that await
// the task have their turns in the order they came.
//
// The function it returns takes fn back and reports whether it did: once the
// task has ended, fn has its turn and cannot be taken back; asyncio's
// remove_done_callback.
func (t *Task[T]) OnDone(fn func()) (remove func() bool) { return onDone(&t.core.Future, fn) }

// Name returns the task's name: Task-N in the order the loop's tasks were
// started, those with a name of [Named] not counted, unless SetName gave it
// another.
func (t *Task[T]) Name() string { return t.core.Name() }

// SetName gives the task a name.
func (t *Task[T]) SetName(name string) { t.core.SetName(name) }

// Stack returns where the task is suspended, innermost call first; nil before
// it has begun and after its end; asyncio's get_stack.
func (t *Task[T]) Stack() []runtime.Frame { return t.Any().Stack() }

// String tells what the task is and how far it has come, like Python's repr.
func (t *Task[T]) String() string {
	t.core.MustBeMade()
	return describeTask(&t.core, t.value)
}

// Any returns the task without the type of its value.
func (t *Task[T]) Any() AnyTask { return AnyTask{&t.core} }

// body is t as what its core runs.
type body[T any] Task[T]

// Run runs the task's function. It is called by the scheduler.
func (b *body[T]) Run(core *sched.Task) (err error) {
	if b.coro == nil {
		return core.Func()(core)
	}
	b.value, err = b.coro(core)
	return err
}

// Describe names the task's function. It is called by the scheduler.
func (b *body[T]) Describe() string {
	return sched.FunctionName(b.function())
}

// Code returns the address of the task's function. It is called by the
// scheduler.
func (b *body[T]) Code() uintptr {
	if f := b.function(); f != nil {
		return f.Entry()
	}
	return 0
}

// An AnyTask is a task without the type of its value. Two AnyTasks are equal if
// they are of the same task.
type AnyTask struct {
	// The methods that it has in common with Task are written twice. What
	// both could embed is a struct that holds the core; but a Task holds
	// its core by value, so that it is one allocation, and an AnyTask by
	// pointer, for the loop knows cores and no Tasks, and from a core to a
	// pointer to the struct around it there is no way but package unsafe. A
	// type defined as sched.Task would publish the methods of the Future
	// that is embedded in it, and a pointer in each Task the next size
	// class: 240 bytes and not 224.
	core *sched.Task
}

// CurrentTask returns the task that ctx belongs to; asyncio.current_task. It
// panics where ctx belongs to none.
func CurrentTask(ctx context.Context) AnyTask { return AnyTask{sched.TaskOf(ctx)} }

// AllTasks returns the tasks of ctx's loop that have not ended, in the order
// they were started; asyncio.all_tasks.
func AllTasks(ctx context.Context) []AnyTask {
	sched.Of(ctx).Check("AllTasks was called")
	var all []AnyTask
	for _, t := range sched.Of(ctx).Tasks() {
		all = append(all, AnyTask{t})
	}
	return all
}

// Wait does what [Task.Wait] does.
func (t AnyTask) Wait(ctx context.Context) error { return t.core.Await(sched.Enter(ctx), t.core) }

// Done does what [Task.Done] does.
func (t AnyTask) Done() bool { return checked(&t.core.Future).Settled() }

// Canceled does what [Task.Canceled] does.
func (t AnyTask) Canceled() bool { return checked(&t.core.Future).State() == sched.Canceled }

// Err does what [Task.Err] does.
func (t AnyTask) Err() error { return checked(&t.core.Future).Outcome() }

// Cancel does what [Task.Cancel] does.
func (t AnyTask) Cancel() bool { return t.CancelCause(nil) }

// CancelCause does what [Task.CancelCause] does.
func (t AnyTask) CancelCause(cause error) bool {
	return requestEnd(t.core, &t.core.Future, cause)
}

// Canceling does what [Task.Canceling] does.
func (t AnyTask) Canceling() int { return t.core.Canceling() }

// OnDone does what [Task.OnDone] does.
func (t AnyTask) OnDone(fn func()) (remove func() bool) { return onDone(&t.core.Future, fn) }

// Name does what [Task.Name] does.
func (t AnyTask) Name() string { return t.core.Name() }

// SetName does what [Task.SetName] does.
func (t AnyTask) SetName(name string) { t.core.SetName(name) }

// Stack does what [Task.Stack] does.
func (t AnyTask) Stack() []runtime.Frame { return frames(t.core.Stack()) }

// String does what [Task.String] does, without the value.
func (t AnyTask) String() string {
	t.core.MustBeMade()
	return describeTask(t.core, nil)
}
