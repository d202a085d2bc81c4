package primitives

import "errors"

var (
	// ErrQueueEmpty is returned by [Queue.GetNowait] where there is no
	// item; asyncio.QueueEmpty.
	ErrQueueEmpty = errors.New("async: the queue is empty")

	// ErrQueueFull is returned by [Queue.PutNowait] where there is no room;
	// asyncio.QueueFull.
	ErrQueueFull = errors.New("async: the queue is full")

	// ErrQueueShutDown is returned by a [Queue] that was shut down, to
	// tasks that put, and to tasks that get once no item is left;
	// asyncio.QueueShutDown.
	ErrQueueShutDown = errors.New("async: the queue was shut down")

	// ErrBrokenBarrier is returned by [Barrier.Wait] where the barrier was
	// aborted, or reset while the task waited; asyncio.BrokenBarrierError.
	ErrBrokenBarrier = errors.New("async: the barrier is broken")
)
