package async

import (
	"context"
	"iter"

	"github.com/gobaton/async/internal/sched"
)

// A gathering awaits several at once: what Gather and Race have in common.
type gathering struct {
	outer    sched.Future           // ends when the wait is over
	children sched.WaitSet          // of the children
	targets  iter.Seq[sched.Target] // the children, in the order of the arguments
	done     []*sched.Future        // children that had ended before
	seen     map[*sched.Future]bool // the children that were not started for it
	rule     rule
	first    *sched.Future // the child that decided, as the rule says
	errs     []error       // in the order they came
	panicked *PanicError   // the first
	canceled bool          // the wait was canceled, and so were the children
	cause    error
}

// A rule says which of the children decides how a gathering ends.
type rule uint8

const (
	firstError   rule = iota // Gather: the first to fail, at once
	lastEnd                  // GatherSettled: none
	firstEnd                 // Race: the first to end; the others are canceled and awaited
	firstSuccess             // Any: the first to succeed; the others are canceled and awaited
)

// decides reports whether a child decides that ended so.
func (r rule) decides(s sched.State) bool {
	switch r {
	case firstError:
		return s != sched.Finished
	case firstSuccess:
		return s == sched.Finished
	}
	return r == firstEnd
}

// isRace reports whether the children that do not decide are canceled.
func (r rule) isRace() bool { return r >= firstEnd }

// targeted is a settling of whatever value.
type targeted interface{ target() sched.Target }

// targets returns what a cancellation of children is passed on to.
func targets[C targeted](children []C) iter.Seq[sched.Target] {
	return func(yield func(sched.Target) bool) {
		for _, child := range children {
			if !yield(child.target()) {
				return
			}
		}
	}
}

func newGathering(p sched.Awaiter, r rule) *gathering {
	g := &gathering{rule: r}
	g.outer.Init(p.Task().Loop())
	g.children.Init(g)
	return g
}

// adopt makes aw a child of g.
func adopt[T any](g *gathering, ctx context.Context, aw Awaitable[T]) settling[T] {
	child, fresh := ensure(ctx, aw)
	g.add(child.future(), fresh)
	return child
}

// add waits for a child, if that is not one already.
func (g *gathering) add(f *sched.Future, fresh bool) {
	switch {
	case !fresh && g.has(f):
	case f.Settled():
		g.done = append(g.done, f)
	default:
		g.children.Add(f)
	}
}

// has reports whether f is a child already.
func (g *gathering) has(f *sched.Future) bool {
	if g.seen == nil {
		g.seen = make(map[*sched.Future]bool)
	}
	again := g.seen[f]
	g.seen[f] = true
	return again
}

// wait suspends until the children have ended as the rule says, and returns its
// error: that of a child only where the first error ends it.
func (g *gathering) wait(p sched.Awaiter, targets iter.Seq[sched.Target]) error {
	if g.over() {
		return nil // there are none
	}
	g.targets = targets
	if !g.rule.isRace() {
		g.children.IgnoreFinished()
	}
	for len(g.done) > 0 {
		f := g.done[0]
		g.done = g.done[1:]
		g.FutureDone(f)
	}
	err := g.outer.Await(p, g)
	switch {
	case g.panicked != nil:
		panic(g.panicked)
	case err != nil: // canceled when nothing was left to cancel
		return err
	case g.rule == firstError && g.first != nil:
		return p.AwaitedError(g.errs[0])
	case g.canceled:
		return p.AwaitedError(&CanceledError{Cause: g.cause})
	}
	return nil
}

// FutureDone is called when a child has ended.
func (g *gathering) FutureDone(f *sched.Future) {
	if g.outer.Settled() {
		f.MarkRetrieved()
		return
	}
	if f.State() != sched.Finished {
		g.note(f.Outcome())
	}
	if g.first == nil && (g.panicked != nil || g.rule.decides(f.State())) {
		g.first = f
		if g.rule.isRace() && !g.canceled {
			g.cancelAll(nil)
		}
	}
	if g.over() || g.first != nil && !g.rule.isRace() {
		_ = g.outer.Finish()
	}
}

// over reports whether all children have ended.
func (g *gathering) over() bool { return len(g.done) == 0 && g.children.Done() }

// note keeps the error of a child. A panic decides, whatever the rule.
func (g *gathering) note(err error) {
	g.errs = append(g.errs, err)
	if panicked, ok := err.(*PanicError); ok && g.panicked == nil {
		g.panicked = panicked
	}
}

// Cancel asks all children to stop. The wait ends when they have.
func (g *gathering) Cancel(cause error) bool {
	if g.outer.Settled() || !g.cancelAll(cause) {
		return false
	}
	g.canceled, g.cause = true, cause
	return true
}

func (g *gathering) cancelAll(cause error) (accepted bool) {
	for t := range g.targets {
		if t.Cancel(cause) {
			accepted = true
		}
	}
	return accepted
}

// Blockers returns the tasks among the children that have not ended.
func (g *gathering) Blockers() (tasks []*sched.Task) {
	for t := range g.targets {
		if t, ok := t.(*sched.Task); ok && !t.Settled() {
			tasks = append(tasks, t)
		}
	}
	return tasks
}

func (g *gathering) String() string {
	if g.rule.isRace() {
		return "tasks in a race"
	}
	return "tasks in Gather"
}

// Kind names it without its state, from any goroutine.
func (g *gathering) Kind() string { return g.String() }
