// Package sched is the baton scheduler under package async: it decides which
// task runs next, and knows nothing of the values that tasks compute.
//
// A [Loop] owns tasks, callbacks and timers. One of them runs at a time, in the
// order of the ready queue, which is the order of asyncio's call_soon. This
// comment is the contract of the package; docs/design.md says why it is as it
// is.
//
// # Words
//
// The baton is the right to run in a loop and to touch its state. A task
// suspends when it gives the baton up, which happens in one function, suspend.
// An entry is what stands in the ready queue: a task to resume, or anything
// else with a Fire method. A step is what a task does between two suspensions.
// An iteration takes the entries that are ready at its beginning, the batch,
// and runs each once; entries that join meanwhile wait for the next iteration.
// The driver is the suspended task on whose goroutine the loop runs, if it is
// not the goroutine of Run.
//
// # The states of a future
//
//	from     to        by
//	Pending  Finished  Finish; Task.end, the body returned nil
//	Pending  Failed    Fail; Task.end, the body returned an error or panicked
//	Pending  Canceled  Cancel, or Fail with a *CanceledError; Task.end, see below
//
// All end in settle. It puts those that wait into the ready queue in the order
// they came and runs none of them. A future that has settled never changes.
//
// # The states of a task
//
//	state      co   waitState    stands in                 left by
//	new        nil  noWait       ready queue               begin: its first step; canceled: end without a step
//	held       nil  suspended    nowhere                   Continue: new
//	running    set  noWait       nowhere; Loop.current     suspend, after enqueue or beginWait: ready or suspended; end: ended
//	ready      set  noWait       ready queue               its turn: running; for a task that passed the baton once
//	           set  woken        ready queue               its turn: running, by leaveWait
//	           set  interrupted  ready queue               its turn: running, by leaveWait, with an error
//	suspended  set  suspended    the line of what it       release (a future), Wake: woken; interrupt: interrupted, or what
//	                             waits for, by its link    the object of the wait, a Target, makes of the request
//	ended      nil  noWait       nowhere; no longer in Loop.tasks
//
// A task that ends Canceled was asked to stop and said so (its error is or
// wraps a *CanceledError, or context.Canceled after a request), or never
// answered: it returned nil with a request undelivered. A request beats a
// wakeup until the task's turn: it is undelivered then, and leaveWait's caller
// finds it. Two more values of waitState guard against recursion: forwarding,
// while a request goes on to what a suspended task waits for, and
// startingEager, while a running one runs the first step of another.
//
// # The states of a request
//
//	state        meaning                                  left by
//	none         the scope was not asked                  request
//	undelivered  asked; no await has told the task        deliver: an await fails with it, or forwards it
//	delivered    an await has told it                     request, again; nothing else: a scope stays asked
//
// Each scope has its own; the task's own scope stands as nil where a *Scope is
// asked for, and its mark is Task.undelivered. Awaiter.Status is the one
// question an await asks: it looks from its scope outwards as far as contexts
// have ended. Uncancel puts a view in between, which has not.
//
// # The states of a loop
//
//	loopState     Run                                     left by
//	loopIdle      does not run                            Run: running; Stop: stopped
//	loopStopped   does not run, nor will for more than    Run: stopping
//	              one iteration
//	loopRunning   runs                                    Stop: stopping; a Goexit: exiting
//	loopStopping  the iteration that runs is the last     the end of Run: idle
//	loopExiting   the same, and Run ends by Goexit        the end of Run: idle
//
//	phase         what a suspension does                  left by
//	phaseOpen     suspends                                EndTasks: ending
//	phaseEnding   suspends; every task was canceled       all have ended: open, or closed by Close
//	phaseKilling  ends its task by Goexit                 no task is left: back to what it was
//	phaseClosed   nothing runs any more                   never
//
// # An iteration
//
//	Run:
//	    until Stop, a Goexit, or a deadlock:
//	        nextIteration:
//	            until beginIteration finds something:
//	                wake one that waits for the loop to be idle, or else
//	                idle: the one place where a loop waits (see run.go), or a deadlock
//	        runEntries
//
//	runEntries:
//	    for each entry of the batch: a task is resumed, anything else fired
//	    the same for up to driveLimit further iterations, unless Stop was called
//
//	beginIteration, in asyncio's order:
//	    what is ready already
//	    requests by foreign contexts that have ended, if it is time to look
//	    what other goroutines have posted (inbox)
//	    what the poller knows of descriptors, if anything waits for it
//	    timers that are due
//	    all this is the batch
//
// A suspended task calls runEntries on its own goroutine (drive), until its own
// entry comes up, and leaves the rest to the goroutine of Run where an entry
// runs what users wrote. With a picker or a watchdog no task drives, and Run
// runs batches of one entry (runPicked).
//
// # Who owns what
//
//	the baton's holder           all fields that are not named below
//	any goroutine, inbox.mu      inbox.items, inbox.closed
//	any goroutine, atomic        inbox.full, inbox.idling; contextState.end and .std;
//	                             Offload.begun; Handle's cancellation; Notifier.queued
//	any goroutine, contexts      the tree of standard contexts (context_std.go)
//	any goroutine, guard.mu      what debug mode knows of tasks that have not ended
//	any goroutine, for itself    goroutines: which of them are the loop's
//	the function's goroutine     an Offload from Submit until Deliver (offload.go)
//
// Other goroutines come in by five doors, and by no other: Post (the inbox),
// the report of an offload, the poller, the clock, and foreign contexts, at
// which the loop looks by itself. A recorder can stand at each of them.
//
// # Invariants
//
//   - suspend is the one function in which a task gives the baton away. The only
//     other switches are those of the loop itself: runEntries, step and
//     stepEager resume a task, and debug_stack.go resumes one to read its stack.
//   - current is the task whose step runs. It is nil while a callback runs and
//     while the loop idles, and, with a guard (debug mode), always: then the guard
//     knows, and each await takes the checked way.
//   - driver is nil, a task that is suspended, or nobody, which keeps tasks from
//     driving. While it is a task, no other task drives.
//   - Fire neither suspends nor panics. An entry that runs what users wrote is a
//     userEntry: it is fired on the goroutine of Run alone.
//   - A task stands in one queue at a time: its link is its place there, and free
//     while it is not suspended.
//   - A WaitSet plants one and the same link as the first waiter of many futures,
//     without tying it into their rings. addWaiter replaces it by an entry of its
//     own before a second waiter joins.
//   - A context's end is recorded once, error and cause together, before its Done
//     is closed.
//   - The core reads no clock but the loop's, ranges over no map and chooses among
//     no ready channels where that could decide an order.
//
// # The order in which to read
//
//	errors.go, panicerror.go      what goes wrong, as values
//	ready.go, list.go, timer.go   the queues
//	inbox.go                      what comes from other goroutines
//	loop.go, run.go, lookahead.go, prefetch*.go   the loop and its iterations
//	future.go, waitset.go         settling, and those that wait
//	task.go, coro*.go, suspend.go tasks, what they run on, and how they switch
//	awaiter.go, await.go, park.go, sleep.go   where in a task an await happens
//	scope.go, cancel*.go          requests to stop
//	values.go, labels.go, context*.go   what the standard library sees of tasks and scopes
//	handle.go, signal.go          callbacks
//	offload*.go                   functions that run off the loop
//	poller.go, notifier.go        what comes from the operating system
//	local.go                      what packages keep for a loop
//	shutdown*.go                  the end of a loop
//	report.go, deadlock.go, describe.go   reports
//	debug*.go, function.go, goroutine.go   debug mode
//	observer.go, picker.go, counts.go   tracing, and orders that are explored
//	watch*.go, outside.go         what a monitor sees: words that any goroutine reads
package sched
