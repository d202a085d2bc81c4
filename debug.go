package async

import (
	"context"
	"os"
	"time"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/tasktree"
)

// Dump returns the tree of tasks of ctx's loop as text, for people: a line for
// each task, below the one that started it, with what it waits for and since
// when. Tasks that wait for each other are named as a cycle at the end. Who
// started whom, where, and since when a task waits is known in debug mode only;
// see [Runner]. Siblings that are alike are one line, with their number. Dump
// never suspends.
func Dump(ctx context.Context) string { return DumpTree(ctx).String() }

// DumpTree returns what [Dump] prints as data, in which each task stands by
// itself. It never suspends.
func DumpTree(ctx context.Context) *TaskTree {
	l := sched.Of(ctx)
	l.Check("Dump was called")
	return l.Tree()
}

// A TaskTree is the tasks of a loop at one moment, each below the one that
// started it. It prints as the text of [Dump], and encoding/json writes it for
// programs.
//
//	type TaskTree struct {
//		Tasks     int         // how many there are
//		SlowSteps int         // how many steps have held the baton for too long
//		Roots     []*TaskNode // those without one, in the order they were started
//		Cycles    []string    // tasks that wait for each other
//		Holder    *TaskHolder // what holds the baton of a loop that does not answer
//	}
//
//	func (e *TaskTree) String() string
type TaskTree = tasktree.Tree

// A TaskNode is a task in a [TaskTree].
//
//	type TaskNode struct {
//		ID       uint64        // its number in the loop, from 1
//		Name     string        // Task-N unless it was given one
//		Function string        // that it runs
//		State    string        // runs, ready, waits, or ended
//		Awaits   string        // what it waits for
//		Waited   time.Duration // since it suspended, in nanoseconds; 0: not known
//		Started  string        // where, as file.go:12
//		By       string        // the name of the task that started it
//		Children []*TaskNode   // the tasks that it started
//	}
//
//	func (e *TaskNode) String() string
type TaskNode = tasktree.TaskNode

// A TaskHolder is what holds the baton of a loop that does not answer; see
// [Portal.Dump].
//
//	type TaskHolder struct {
//		Task  string        // its name; "" for a callback, and where it is not known
//		For   time.Duration // since the step was first seen, in nanoseconds; 0: not known
//		Stack []string      // its calls, innermost first
//	}
type TaskHolder = tasktree.TaskHolder

// SlowSteps returns how many steps have held the baton for longer than
// [Runner.SlowStep]; 0 without debug mode.
func (l *Loop) SlowSteps() int { return l.core.SlowSteps() }

// A HangError says which tasks keep a loop from being closed, and what they
// wait for. Debug mode tells it to [Runner.OnError].
//
//	type HangError struct {
//		Tasks []string // what each of them is, and waits for
//	}
//
//	func (e *HangError) Error() string
type HangError = sched.HangError

// slowStep is asyncio's slow_callback_duration.
const slowStep = 100 * time.Millisecond

// debugs reports whether the runner's loop is to explain itself.
func (r *Runner) debugs() bool {
	env := os.Getenv("ASYNC_DEBUG")
	return r.Debug || env != "" && env != "0"
}

// slowStep returns how long a step may take, 0 without a limit.
func (r *Runner) slowStep() time.Duration {
	switch {
	case !r.debugs():
		return 0
	case r.SlowStep > 0:
		return r.SlowStep
	}
	return slowStep
}
