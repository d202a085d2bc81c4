package primitives_test

import (
	"context"
	"slices"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// The dumb primitives: each is asyncio's, line by line, or the simplest that
// does the same, over futures in a slice. What they do at random ours have to
// do too, in the same order.

// A ticket is a future in a line. It is done with its number when it is woken.
type ticket struct {
	*async.Future[int]
	number int
}

// hold puts a new ticket at the end of the line; hold's caller takes it out.
func hold(ctx context.Context, line *[]ticket) ticket {
	f := ticket{Future: async.NewFuture[int](ctx)}
	*line = append(*line, f)
	return f
}

// await waits for f, which is canceled if the wait was, or is from the
// beginning.
func await(ctx context.Context, f ticket) error {
	if ctx.Err() != nil {
		f.Cancel()
		return async.Yield(ctx)
	}
	err := f.Wait(ctx)
	if err != nil {
		f.Cancel()
	}
	return err
}

func drop(line *[]ticket, f ticket) {
	if i := slices.Index(*line, f); i >= 0 {
		*line = slices.Delete(slices.Clone(*line), i, i+1)
	}
}

func woken(f ticket) bool { return f.Done() && !f.Canceled() }

func canceled(f ticket) bool { return f.Canceled() }

// wakeOne wakes the first that is not done.
func wakeOne(line []ticket) bool {
	for _, f := range line {
		if !f.Done() {
			_ = f.SetResult(f.number)
			return true
		}
	}
	return false
}

type dumbLock struct {
	locked  bool
	waiters []ticket
}

func (l *dumbLock) Acquire(ctx context.Context) error {
	if l.free() {
		l.locked = true
		return nil
	}
	f := hold(ctx, &l.waiters)
	err := await(ctx, f)
	drop(&l.waiters, f)
	if err != nil {
		if !l.locked {
			l.wakeFirst()
		}
		return err
	}
	l.locked = true
	return nil
}

func (l *dumbLock) free() bool {
	return !l.locked && !slices.ContainsFunc(l.waiters, func(f ticket) bool { return !canceled(f) })
}

func (l *dumbLock) TryAcquire() bool {
	if l.free() {
		l.locked = true
		return true
	}
	return false
}

func (l *dumbLock) Release() {
	l.locked = false
	l.wakeFirst()
}

func (l *dumbLock) wakeFirst() {
	if len(l.waiters) > 0 && !l.waiters[0].Done() {
		_ = l.waiters[0].SetResult(0)
	}
}

func (l *dumbLock) Locked() bool { return l.locked }

func (l *dumbLock) Waiting() int { return asleep(l.waiters) }

// asleep counts those that are not done.
func asleep(line []ticket) (n int) {
	for _, f := range line {
		if !f.Done() {
			n++
		}
	}
	return n
}

type dumbEvent struct {
	set     bool
	waiters []ticket
}

func (e *dumbEvent) Wait(ctx context.Context) error {
	if e.set {
		return nil
	}
	f := hold(ctx, &e.waiters)
	err := await(ctx, f)
	drop(&e.waiters, f)
	return err
}

func (e *dumbEvent) Set() {
	if !e.set {
		e.set = true
		for wakeOne(e.waiters) {
			continue
		}
	}
}

func (e *dumbEvent) Clear()       { e.set = false }
func (e *dumbEvent) IsSet() bool  { return e.set }
func (e *dumbEvent) Waiting() int { return asleep(e.waiters) }

type dumbCondition struct {
	dumbLock
	told []ticket
}

func (c *dumbCondition) Wait(ctx context.Context) error {
	c.Release()
	f := hold(ctx, &c.told)
	err := await(ctx, f)
	drop(&c.told, f)
	for {
		ctx = async.Uncancel(ctx) // the lock has to be acquired whatever comes
		again := c.Acquire(ctx)
		if again == nil {
			break
		}
		err = again
	}
	if err != nil {
		c.notify(1)
	}
	return err
}

func (c *dumbCondition) notify(n int) {
	for ; n > 0 && wakeOne(c.told); n-- {
		continue
	}
}

func (c *dumbCondition) Notify(n int) { c.notify(n) }
func (c *dumbCondition) NotifyAll()   { c.notify(len(c.told)) }
func (c *dumbCondition) Waiting() int { return asleep(c.told) }

type dumbSemaphore struct {
	value   int
	waiters []ticket
}

func (s *dumbSemaphore) Locked() bool {
	return s.value == 0 || slices.ContainsFunc(s.waiters, func(f ticket) bool { return !canceled(f) })
}

func (s *dumbSemaphore) TryAcquire() bool {
	if s.Locked() {
		return false
	}
	s.value--
	return true
}

func (s *dumbSemaphore) Acquire(ctx context.Context) error {
	if s.TryAcquire() {
		return nil
	}
	f := hold(ctx, &s.waiters)
	err := await(ctx, f)
	drop(&s.waiters, f)
	if err != nil && woken(f) {
		s.value++
	}
	for s.value > 0 && s.wakeNext() {
		continue
	}
	return err
}

func (s *dumbSemaphore) Release() {
	s.value++
	s.wakeNext()
}

func (s *dumbSemaphore) wakeNext() bool {
	if wakeOne(s.waiters) {
		s.value--
		return true
	}
	return false
}

func (s *dumbSemaphore) Waiting() int { return asleep(s.waiters) }

type dumbBarrier struct {
	cond           dumbCondition
	parties, count int
	state          string
}

func (b *dumbBarrier) Wait(ctx context.Context) (index int, err error) {
	if err := b.cond.Acquire(ctx); err != nil {
		return 0, err
	}
	defer b.cond.Release()
	for b.state == "draining" || b.state == "resetting" {
		if err := b.cond.Wait(ctx); err != nil {
			return 0, err
		}
	}
	if b.state == "broken" {
		return 0, primitives.ErrBrokenBarrier
	}
	index = b.count
	b.count++
	defer b.exit()
	if b.count == b.parties {
		b.enter("draining")
		return index, nil
	}
	for b.state == "filling" {
		if err := b.cond.Wait(ctx); err != nil {
			return 0, err
		}
	}
	if b.state != "draining" {
		return 0, primitives.ErrBrokenBarrier
	}
	return index, nil
}

func (b *dumbBarrier) exit() {
	b.count--
	if b.count == 0 {
		if b.state != "broken" {
			b.state = "filling"
		}
		b.cond.NotifyAll()
	}
}

func (b *dumbBarrier) enter(state string) {
	b.state = state
	b.cond.NotifyAll()
}

func (b *dumbBarrier) Reset(ctx context.Context) error {
	if err := b.cond.Acquire(ctx); err != nil {
		return err
	}
	defer b.cond.Release()
	if b.count > 0 {
		b.enter("resetting")
	} else {
		b.enter("filling")
	}
	return nil
}

func (b *dumbBarrier) Abort(ctx context.Context) error {
	if err := b.cond.Acquire(ctx); err != nil {
		return err
	}
	defer b.cond.Release()
	b.enter("broken")
	return nil
}

func (b *dumbBarrier) Broken() bool { return b.state == "broken" }

func (b *dumbBarrier) Waiting() int {
	if b.state == "filling" {
		return b.count
	}
	return 0
}

type dumbRWLock struct {
	reading          int
	writing          bool
	readers, writers []ticket
}

func (l *dumbRWLock) writersAhead() bool {
	return l.writing || slices.ContainsFunc(l.writers, func(f ticket) bool { return !canceled(f) })
}

func (l *dumbRWLock) AcquireRead(ctx context.Context) error {
	if l.TryAcquireRead() {
		return nil
	}
	f := hold(ctx, &l.readers)
	err := await(ctx, f)
	drop(&l.readers, f)
	if err != nil && woken(f) {
		l.ReleaseRead()
	}
	return err
}

func (l *dumbRWLock) TryAcquireRead() bool {
	if l.writersAhead() {
		return false
	}
	l.reading++
	return true
}

func (l *dumbRWLock) Acquire(ctx context.Context) error {
	if l.TryAcquire() {
		return nil
	}
	f := hold(ctx, &l.writers)
	err := await(ctx, f)
	drop(&l.writers, f)
	switch {
	case err != nil && woken(f):
		l.Release()
	case err != nil && !l.writersAhead():
		l.letReaders()
	}
	return err
}

func (l *dumbRWLock) TryAcquire() bool {
	if l.Locked() {
		return false
	}
	l.writing = true
	return true
}

func (l *dumbRWLock) Release() {
	l.writing = false
	l.letReaders()
	if l.reading == 0 {
		l.writing = wakeOne(l.writers)
	}
}

func (l *dumbRWLock) ReleaseRead() {
	l.reading--
	if l.reading == 0 {
		l.writing = wakeOne(l.writers)
	}
}

func (l *dumbRWLock) letReaders() {
	for wakeOne(l.readers) {
		l.reading++
	}
}

func (l *dumbRWLock) Locked() bool { return l.writing || l.reading > 0 }

func (l *dumbRWLock) Waiting() (readers, writers int) { return asleep(l.readers), asleep(l.writers) }

type dumbLimiter struct {
	total, lent int
	waiters     []ticket
}

func (l *dumbLimiter) AcquireFor(ctx context.Context, _ any) error {
	if !l.Locked() {
		l.lent++
		return nil
	}
	f := hold(ctx, &l.waiters)
	err := await(ctx, f)
	drop(&l.waiters, f)
	if err != nil && woken(f) {
		l.ReleaseFor(nil)
	}
	return err
}

func (l *dumbLimiter) Locked() bool {
	return l.lent >= l.total || slices.ContainsFunc(l.waiters, func(f ticket) bool { return !canceled(f) })
}

func (l *dumbLimiter) ReleaseFor(any) {
	l.lent--
	l.SetTotal(l.total)
}

func (l *dumbLimiter) SetTotal(total int) {
	l.total = total
	for l.lent < l.total && wakeOne(l.waiters) {
		l.lent++
	}
}

func (l *dumbLimiter) Borrowed() int { return l.lent }

func (l *dumbLimiter) Waiting() int { return asleep(l.waiters) }
