// Package monitor looks at a running loop: which tasks there are and who owns
// them, what each waits for and which task holds that, what holds the baton,
// and how long others were kept waiting. It also cancels a task from outside.
//
//	m := monitor.Attach(ctx, monitor.Options{}) // in a task, or with Loop.Context before Run
//	defer m.Detach()
//
// From then on any goroutine may ask:
//
//	m.Snapshot()         everything there is: tasks, holder, numbers, warnings
//	m.Stats()            the numbers alone, which asks nothing of the loop
//	m.Ended()            the last tasks that have ended, and how
//	m.Task(id), m.Stack(id)   one task; where it is suspended
//	m.Cancel(id, cause)  ask a task to stop
//	m.Events(options)    a stream of what happens
//
// All that these return is plain data with JSON tags, the caller's own: it
// shares no memory with the loop. Of the program it holds names, places,
// stacks, and the texts of errors with which tasks ended.
//
// # A snapshot
//
// [Snapshot.Tasks] lists the tasks in the order they were started; [Task.Owner]
// is the number of the task that owns a task, which makes them a tree:
// [Snapshot.Tree]. A task of a group is owned by the task that runs the group's
// Do, any other by the task in whose context it was started. [Task.Wait] says
// what a task waits for, and which tasks hold that: [Snapshot.Chain] follows it
// to what blocks a task, and [Snapshot.Cycles] finds tasks that wait for each
// other. [Snapshot.Warnings] says what looks wrong.
//
// The loop answers in slices of [Options.Slice], between the steps of its
// tasks. If it does not answer within [Options.Patience], for a step holds the
// baton, the snapshot is taken from outside, and says so ([Snapshot.Outside]):
// then [Snapshot.Holder] shows which task it is, since when, its stack at
// this moment, and the tasks that are ready and wait for it. What other tasks
// wait for is known by kind, and which task holds a lock is not known then.
// Called by a task or callback of the loop itself, Snapshot is taken at once.
//
// # Times
//
// Times and durations are by the loop's clock unless said otherwise, and in
// JSON durations are nanoseconds. [Event.At], [Snapshot.Now] and the like count
// from the zero of that clock.
package monitor
