// Package primitives lets the tasks of one loop wait for each other: locks,
// events, conditions, semaphores, barriers and queues. They are asyncio's, in
// asyncio's order.
//
// Between two awaits no other task of the loop runs, so plain data needs no
// lock. A [Lock] is for what must stay together across an await.
//
//	err := lock.With(ctx, func(ctx context.Context) error {
//		balance := account.Balance
//		err := audit(ctx, balance) // other tasks run here
//		account.Balance = balance - 10
//		return err
//	})
//
// # Which one
//
//	to let one task at a time through            Lock; RWLock where many may read
//	to let n tasks at a time through             Semaphore; CapacityLimiter where each gives back its own
//	to tell everybody that something happened    Event
//	to wait until shared data is as wanted       Condition
//	to wait until all have come so far           Barrier
//	to pass items from task to task              Queue; Select over several
//
// # What they have in common
//
// An operation that takes a context may suspend, and does so only if it has to
// wait; one that takes none never suspends. Waiting tasks are served in the
// order they came. If the context is canceled while a task waits, the operation
// returns its error and has no effect; an item or permit that the task had been
// given by then goes to the next in line, so that no item, permit or
// notification is ever lost. An operation that need not wait does not look
// whether the context is canceled.
//
// All are for tasks and callbacks of one loop, the first that uses them, until
// that is closed. Misuse (releasing what is not held, more TaskDone than items)
// panics and says what to do instead. None may be copied after its first use.
package primitives
