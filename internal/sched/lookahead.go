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
// The numbers come from a sweep over batches of a hundred to a million tasks,
// in alternation. Up to about two hundred tasks asking costs more than it
// saves, for all of it is in the caches; from four hundred on it pays, and most
// where only memory holds it. Of the distances it does not matter which: one
// turn from one stage to the next is already longer than memory takes, and with
// several the lines wait longer for their use, and are asked for in vain where
// a batch begins and ends.
//
// For sleepers that fall due together it was tried, too: their wakeup became a
// tenth shorter, which is a hundredth of what a million sleepers take. Starting
// and collecting them takes the rest, see docs/design.md.
const (
	manyReady = 256 // entries of a batch

	// How many entries ahead of its turn is asked for:
	aheadTask  = 3 // the task
	aheadCoro  = 2 // its coroutine
	aheadStack = 1 // the goroutine, the top of its stack, and the closures
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
