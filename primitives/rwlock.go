package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// An RWLock lets one writer or any number of readers at a time through. The
// zero RWLock is unlocked.
//
// Readers and writers take turns, so that neither starve: while a writer waits,
// readers who come wait too; when a writer is done, all waiting readers go
// before the next writer. A task that reads must not read again or write
// meanwhile: it could wait for itself.
type RWLock struct {
	readers waitq.Queue
	writers waitq.Queue
	reading int
	writer  *sched.Task // nil: no task writes
}

// Acquire locks l to write. It suspends the task while others read or write; l
// is handed over to waiting writers in the order they came.
//
// If ctx is canceled first, Acquire returns its error and leaves l to the
// others.
func (l *RWLock) Acquire(ctx context.Context) error {
	p := l.writers.Enter(ctx)
	if l.Locked() {
		if err := l.waitToWrite(p); err != nil {
			return err
		}
	}
	l.writer = p.Task()
	return nil
}

func (l *RWLock) waitToWrite(p sched.Awaiter) error {
	woke, err := l.writers.Wait(p, (*awaitedRWLock)(l))
	if err != nil && woke {
		l.Release()
	} else if err != nil && l.writer == nil && l.writers.NoneAhead() {
		l.admitReaders() // which waited for this writer alone
	}
	return err
}

// AcquireRead locks l to read. It suspends the task while another writes, and
// while writers wait; waiting readers are let through together.
//
// If ctx is canceled first, AcquireRead returns its error and leaves l to the
// others.
func (l *RWLock) AcquireRead(ctx context.Context) error {
	p := l.readers.Enter(ctx)
	if l.writer == nil && l.writers.NoneAhead() {
		l.reading++
		return nil
	}
	woke, err := l.readers.Wait(p, (*awaitedRWLock)(l))
	if err != nil && woke {
		l.ReleaseRead()
	}
	return err
}

// TryAcquire locks l to write and returns true, unless others read or write. It
// never suspends.
func (l *RWLock) TryAcquire() bool {
	if sched.Guarding() {
		waitq.CheckCaller("RWLock.TryAcquire was called", &l.readers, &l.writers)
	}
	if l.Locked() {
		return false
	}
	l.writer = somebody
	if t := l.writers.Runner(); t != nil {
		l.writer = t
	}
	return true
}

// TryAcquireRead locks l to read and returns true, unless another writes or
// waits to. It never suspends.
func (l *RWLock) TryAcquireRead() bool {
	if sched.Guarding() {
		waitq.CheckCaller("RWLock.TryAcquireRead was called", &l.readers, &l.writers)
	}
	if l.writer != nil || !l.writers.NoneAhead() {
		return false
	}
	l.reading++
	return true
}

// Release ends a writer's turn: the waiting readers are next, or else a
// writer. It never suspends. Release panics if l is not locked to write.
func (l *RWLock) Release() {
	if sched.Guarding() {
		waitq.CheckCaller("RWLock.Release was called", &l.readers, &l.writers)
	}
	if l.writer == nil {
		panic("async: Release of an RWLock that is not locked to write: call it once for each Acquire that returned nil, or use With")
	}
	l.writer = nil
	if l.admitReaders() == 0 {
		l.admitWriter()
	}
}

// ReleaseRead ends a reader's turn: after the last of them the next is a
// writer, if one waits. It never suspends. ReleaseRead panics if l is not
// locked to read.
func (l *RWLock) ReleaseRead() {
	if sched.Guarding() {
		waitq.CheckCaller("RWLock.ReleaseRead was called", &l.readers, &l.writers)
	}
	if l.reading == 0 {
		panic("async: ReleaseRead of an RWLock that is not locked to read: call it once for each AcquireRead that returned nil, or use WithRead")
	}
	l.reading--
	if l.reading == 0 {
		l.admitWriter()
	}
}

// admitReaders lets all waiting readers through, and returns how many they
// are.
func (l *RWLock) admitReaders() int {
	n := l.readers.WakeAll()
	l.reading += n
	return n
}

// admitWriter lets the next writer through.
func (l *RWLock) admitWriter() {
	if l.writers.WakeNext() {
		l.writer = somebody // until that task has its turn
	}
}

// With calls body while l is locked to write. It suspends as [RWLock.Acquire]
// does, and where body does.
//
// If ctx is canceled before that, With returns its error without calling body.
// However body ends, l is released.
func (l *RWLock) With(ctx context.Context, body func(ctx context.Context) error) error {
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	defer l.Release()
	return body(ctx)
}

// WithRead calls body while l is locked to read. It suspends as
// [RWLock.AcquireRead] does, and where body does.
//
// If ctx is canceled before that, WithRead returns its error without calling
// body. However body ends, l is released.
func (l *RWLock) WithRead(ctx context.Context, body func(ctx context.Context) error) error {
	if err := l.AcquireRead(ctx); err != nil {
		return err
	}
	defer l.ReleaseRead()
	return body(ctx)
}

// Locked reports whether a task reads or writes.
func (l *RWLock) Locked() bool { return l.writer != nil || l.reading > 0 }

// Waiting returns how many tasks wait to read, and to write.
func (l *RWLock) Waiting() (readers, writers int) { return l.readers.Len(), l.writers.Len() }

// String tells the state of l, like Python's repr.
func (l *RWLock) String() string {
	readers, writers := l.Waiting()
	return describe("RWLock", l.state(), readers+writers)
}

func (l *RWLock) state() string {
	switch {
	case l.writer != nil:
		return "writing"
	case l.reading > 0:
		return fmt.Sprintf("reading:%d", l.reading)
	}
	return "unlocked"
}

// awaitedRWLock names an RWLock that a task waits for.
type awaitedRWLock RWLock

// String names the holder of the lock.
func (l *awaitedRWLock) String() string {
	switch l.writer {
	case nil:
		return fmt.Sprintf("an RWLock that %d read", l.reading)
	case somebody:
		return "an RWLock that is held"
	}
	return "an RWLock held by " + l.writer.Name()
}

// Kind names it without its state, from any goroutine.
func (*awaitedRWLock) Kind() string { return "an RWLock" }

// Blockers returns the task that holds the lock to write.
func (l *awaitedRWLock) Blockers() []*sched.Task { return holders(l.writer) }
