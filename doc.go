// Package async brings asyncio's programming model to Go: tasks are goroutines,
// cancellation is context.Context, and one baton per loop goes from task to
// task.
//
// Between two awaits no other task of the loop runs. So tasks share plain data
// without a mutex, and run in an order that is the same on every run but for
// what the outside world does. The order is asyncio's.
//
//	err := async.Run(ctx, func(ctx context.Context) error {
//		a := async.Go(ctx, fetch)
//		b := async.Go(ctx, fetch)
//		_, err := async.Gather(ctx, a, b)
//		return err
//	})
//
// # Words
//
// A task suspends when it gives the baton up until something has happened;
// other tasks run meanwhile. It blocks when it holds on to the baton, or to a
// thread, while it waits: nothing of its loop runs then. A suspended task is
// woken when it becomes ready, and runs in its turn; an owner that hands over
// gives what it owned to the woken task directly.
//
// # Contexts
//
// A function that takes a context first may suspend; one that takes none never
// does. The context that Run or Go gives to its function is the task's own:
// pass it on to what the task calls, and to nothing that runs in another task.
//
// Cancellation asks. [Task.Cancel], a timeout or a derived context makes the
// await fail that the task is suspended in, and passes the request on to what
// it awaits; the context stays done from then on, and the task goes on with
// [Uncancel] if it means to.
//
// Awaiting what is there already does not suspend and does not look at the
// context, [Yield] and [Sleep] apart. An await that has to wait with a context
// that is done already passes the baton once and returns the error, and starts
// nothing.
//
// # Which one do I use?
//
//   - Start something and go on: [Go], and [GoValue] for its result.
//   - Wait for several that are all needed: [Gather]; for each one's error [GatherSettled]; for many, a few at a time, [Map].
//   - Own tasks that stand or fall together: [WithTaskGroup].
//   - Take results as they come: [AsCompleted]; just the first, [Race] and [Any]; see what is done, [Wait].
//   - Give up in time: [Timeout] around a body, [WaitFor] for one thing, [WithTimeout] where a context is wanted.
//   - Finish what must not be interrupted: [Shield]. Go on after a cancellation: [Uncancel].
//   - Block, or compute, without the baton: [ToThread].
//   - Reach a loop from another goroutine: [Call] through its [Portal]; [Submit] to wait later.
//   - Give a plain function where an [Awaitable] is wanted: [Funcs], [Coros]; [Bind] it to its arguments.
//   - Keep order among tasks: package primitives.
package async
