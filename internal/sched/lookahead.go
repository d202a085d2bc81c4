package sched

import "unsafe"

// With so many tasks that their memory does not fit the caches, a turn of a few
// dozen nanoseconds waits for a dozen lines from memory, one after the other:
// the task names its coroutine, that the goroutine and the closures of
// iter.Pull, and the switch then finds the goroutine's record and its stack
// cold. But the ready queue knows what comes next. So while a batch is large,
// each turn asks for what later ones will touch, in three stages, each of which
// reads only what the one before it has brought in.
//
// Three turns from one stage to the next are about what memory takes. Only this
// choice of distances was measured against none, with the workload yield-100k;
// where a batch fits the caches, asking costs more than it saves.
const (
	manyReady = 2048 // entries of a batch

	// How many entries ahead of its turn is asked for:
	aheadTask  = 9 // the task
	aheadCoro  = 6 // its coroutine
	aheadStack = 3 // the goroutine, the top of its stack, and the closures
)

// lookAhead prefetches what the next entries of a large batch will touch.
func (l *Loop) lookAhead() {
	if prefetches && l.batch > manyReady {
		l.prefetch()
	}
}

func (l *Loop) prefetch() {
	if t := l.ready.taskAt(aheadTask); t != nil {
		prefetchTask(uintptr(unsafe.Pointer(t)))
	}
	if t := l.ready.taskAt(aheadCoro); t != nil {
		prefetchCoro(uintptr(unsafe.Pointer(t.co)))
	}
	if t := l.ready.taskAt(aheadStack); t != nil && t.co != nil {
		c := t.co
		prefetchGoroutine(c.goroutine, c.stack, closure(&c.next), closure(&c.yield))
	}
}

// taskAt returns the task at the i-th place of the queue, nil if none is there.
func (r *ring) taskAt(i uint) *Task {
	t, _ := r.slots[(r.end+i-1)&r.mask].(*Task)
	return t
}

// closure returns the address of what a function value refers to.
func closure[F any](f *F) uintptr { return *(*uintptr)(unsafe.Pointer(f)) }

// noteStack notes where the top of the calling goroutine's stack is. It may
// have moved when that is used, which then prefetches in vain.
func (c *coro) noteStack() {
	var here byte
	c.stack = uintptr(unsafe.Pointer(&here))
}
