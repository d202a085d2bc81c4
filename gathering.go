package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// A gathering awaits several at once: what Gather and Race have in common.
type gathering struct {
	outer    sched.Future           // ends when the wait is over
	links    []gatherLink           // in the order of the arguments
	done     []*gatherLink          // of children that had ended before
	seen     map[*sched.Future]bool // the children that were not started for it
	rule     rule
	left     int         // children that have not ended
	first    *gatherLink // the child that decided, as the rule says
	errs     []error     // in the order they came
	panicked *PanicError // the first
	canceled bool        // the wait was canceled, and so were the children
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

// gatherLink is the place of a gathering among those who wait for one of its children.
type gatherLink struct {
	link  sched.Link
	of    *gathering
	child awaited
}

// awaited is a settling of whatever value.
type awaited interface {
	future() *sched.Future
	target() sched.Target
}

func newGathering(p sched.Place, r rule, n int) *gathering {
	g := &gathering{rule: r, links: make([]gatherLink, 0, n)}
	g.outer.Init(p.Task().Loop())
	return g
}

// addTo makes aw a child of g.
func addTo[T any](g *gathering, ctx context.Context, aw Awaitable[T]) settling[T] {
	s, fresh := ensure(ctx, aw)
	g.add(s, fresh)
	return s
}

// add waits for a child, if that is not one already.
func (g *gathering) add(child awaited, fresh bool) {
	g.links = append(g.links, gatherLink{of: g, child: child}) // never grows
	f := child.future()
	if !fresh && g.has(f) {
		return
	}
	g.left++
	k := &g.links[len(g.links)-1]
	if f.Settled() {
		g.done = append(g.done, k)
		return
	}
	k.link = sched.NewLink(k)
	f.Notify(&k.link)
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

// wait suspends until the gathering has ended, and returns its error: that of a child only where the first error ends it.
func (g *gathering) wait(p sched.Place) error {
	for _, k := range g.done {
		k.Fire()
	}
	if len(g.links) == 0 {
		return nil
	}
	err := g.outer.Await(p, g)
	switch {
	case g.panicked != nil:
		panic(g.panicked)
	case err != nil: // canceled when nothing was left to cancel
		return err
	case g.rule == firstError && g.first != nil:
		return p.Told(g.errs[0])
	case g.canceled:
		return p.Told(&CanceledError{Cause: g.cause})
	}
	return nil
}

// Fire counts a child that has ended.
func (k *gatherLink) Fire() {
	g, f := k.of, k.child.future()
	g.left--
	if g.outer.Settled() {
		f.Disregard()
		return
	}
	if f.State() != sched.Finished {
		g.note(f.Outcome())
	}
	if g.first == nil && (g.panicked != nil || g.rule.decides(f.State())) {
		g.first = k
		if g.rule.isRace() && !g.canceled {
			g.cancelAll(nil)
		}
	}
	if g.left == 0 || g.first != nil && !g.rule.isRace() {
		_ = g.outer.Finish()
	}
}

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
	for i := range g.links {
		if g.links[i].child.target().Cancel(cause) {
			accepted = true
		}
	}
	return accepted
}

// Blockers are the tasks among the children that have not ended.
func (g *gathering) Blockers() (tasks []*sched.Task) {
	for i := range g.links {
		if t, ok := g.links[i].child.target().(*sched.Task); ok && !t.Settled() {
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
