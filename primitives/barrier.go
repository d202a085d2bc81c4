package primitives

import (
	"context"
	"fmt"

	"github.com/gobaton/async/internal/sched"
	"github.com/gobaton/async/internal/waitq"
)

// A Barrier lets a number of tasks, its parties, go on when all of them have
// come; then it serves the next round; asyncio.Barrier. Make one with
// [NewBarrier]: the zero Barrier panics when it is used.
type Barrier struct {
	parties int
	count   int // tasks that have come and not left
	phase   phase
	waiters waitq.Queue // who waits for the phase to change
}

// A phase is how far a round of a barrier has come.
type phase uint8

const (
	filling   phase = iota // parties come
	draining               // all have come, and leave
	resetting              // the tasks that had come leave with an error
	broken                 // no task may come
)

// NewBarrier returns a barrier for that many parties. It panics if there is not
// even one.
func NewBarrier(parties int) *Barrier {
	if parties < 1 {
		panic(fmt.Sprintf("async: NewBarrier(%d): give the number of tasks that are to meet", parties))
	}
	return &Barrier{parties: parties}
}

func (b *Barrier) mustBeMade() {
	if b.parties == 0 {
		panic("async: a zero Barrier was used: make it with NewBarrier")
	}
}

// Wait returns when all parties have called it, to each with another index: the
// number of tasks that came before. It suspends the task until then, the last
// to come apart, and before that for as long as an earlier round has not left.
// The others go on in the order they came.
//
// It returns [ErrBrokenBarrier] if b is aborted, or reset meanwhile. If ctx is
// canceled first, Wait returns its error, and one party more has to come.
func (b *Barrier) Wait(ctx context.Context) (index int, err error) {
	b.mustBeMade()
	p := b.waiters.Enter(ctx)
	if b.phase != filling {
		if err := b.admit(p); err != nil {
			return 0, err
		}
	}
	index = b.count
	b.count++
	defer b.leave()
	if b.count == b.parties {
		b.enter(draining)
		return index, nil
	}
	for b.phase == filling { // wait, written out: a call less around the switch
		k := b.waiters.Push(p)
		_, err := p.Park((*awaitedBarrier)(b))
		b.waiters.Remove(k)
		if err != nil {
			b.waiters.WakeNext()
			return 0, err
		}
	}
	if b.phase != draining {
		return 0, ErrBrokenBarrier
	}
	return index, nil
}

// admit waits until the round before has left.
func (b *Barrier) admit(p sched.Awaiter) error {
	for b.phase == draining || b.phase == resetting {
		if err := b.wait(p); err != nil {
			return err
		}
	}
	if b.phase == broken {
		return ErrBrokenBarrier
	}
	return nil
}

// wait suspends until the phase may have changed. asyncio's Barrier is made of
// a Condition: whose wait is canceled wakes the next, who looks and goes to the
// end of the line. Of its lock nothing can be seen, for no task suspends with
// it in hand.
func (b *Barrier) wait(p sched.Awaiter) error {
	k := b.waiters.Push(p)
	_, err := p.Park((*awaitedBarrier)(b))
	b.waiters.Remove(k)
	if err != nil {
		b.waiters.WakeNext()
	}
	return err
}

// leave takes a party out; after the last the next round begins.
func (b *Barrier) leave() {
	b.count--
	if b.count > 0 {
		return
	}
	if b.phase != broken {
		b.phase = filling
	}
	b.waiters.WakeAll()
}

// enter begins a phase and tells everybody.
func (b *Barrier) enter(p phase) {
	b.phase = p
	b.waiters.WakeAll()
}

// Reset makes b as it was made: waiting tasks get [ErrBrokenBarrier], and a
// broken barrier serves again. It does not suspend the task, and works under a
// canceled ctx.
func (b *Barrier) Reset(ctx context.Context) error {
	b.mustBeMade()
	b.waiters.Enter(ctx)
	if b.count > 0 {
		b.enter(resetting)
	} else {
		b.enter(filling)
	}
	return nil
}

// Abort breaks b: tasks that wait, or come before a Reset, get
// [ErrBrokenBarrier]. It does not suspend the task, and works under a canceled
// ctx.
func (b *Barrier) Abort(ctx context.Context) error {
	b.mustBeMade()
	b.waiters.Enter(ctx)
	b.enter(broken)
	return nil
}

// Parties returns the number of tasks that have to come.
func (b *Barrier) Parties() int { return b.parties }

// Waiting returns how many tasks have come in this round; asyncio's n_waiting.
func (b *Barrier) Waiting() int {
	if b.phase == filling {
		return b.count
	}
	return 0
}

// Broken reports whether b was aborted.
func (b *Barrier) Broken() bool { return b.phase == broken }

// String tells the state of b, like Python's repr.
func (b *Barrier) String() string {
	names := [...]string{filling: "filling", draining: "draining", resetting: "resetting", broken: "broken"}
	state := names[b.phase]
	if b.phase != broken {
		state += fmt.Sprintf(", waiters:%d/%d", b.Waiting(), b.parties)
	}
	return describe("Barrier", state, 0)
}

// awaitedBarrier names a Barrier that a task waits for.
type awaitedBarrier Barrier

// String tells how many have come.
func (b *awaitedBarrier) String() string {
	return fmt.Sprintf("a Barrier that %d of %d have reached", b.count, b.parties)
}

// Kind names it without its state, from any goroutine.
func (*awaitedBarrier) Kind() string { return "a Barrier" }
