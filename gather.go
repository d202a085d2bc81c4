package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Gather awaits all of aws at once and returns their values in the order of the arguments; asyncio.gather. What is no task or future
// yet is started as a task, in order; one that stands there twice is awaited once.
//
// The first error is returned as soon as it happens, and the others go on: use a [TaskGroup] or [Map] where they are to
// be canceled. If ctx is canceled, all of aws are, in order, and Gather returns when they have ended.
func Gather[A Awaitable[T], T any](ctx context.Context, aws ...A) ([]T, error) {
	children, err := gather[A, T](ctx, aws, false)
	if err != nil {
		return nil, err
	}
	values := make([]T, len(children))
	for i, c := range children {
		values[i], _ = c.Result()
	}
	return values, nil
}

// A Result is how an awaitable ended.
type Result[T any] struct {
	Value T     // the zero value where Err is set
	Err   error // nil where Value is
}

// GatherSettled is [Gather] for all results, errors among them; asyncio's gather(return_exceptions=True). Its own error says that
// ctx was canceled, once all have ended.
func GatherSettled[A Awaitable[T], T any](ctx context.Context, aws ...A) ([]Result[T], error) {
	children, err := gather[A, T](ctx, aws, true)
	if err != nil {
		return nil, err
	}
	results := make([]Result[T], len(children))
	for i, c := range children {
		results[i].Value, results[i].Err = c.Result()
	}
	return results, nil
}

// Gather2 is [Gather] for two awaitables of different types.
func Gather2[A, B any](ctx context.Context, a Awaitable[A], b Awaitable[B]) (av A, bv B, err error) {
	_, err = Gather(ctx, into(a, &av), into(b, &bv))
	return av, bv, err
}

// Gather3 is [Gather] for three awaitables of different types.
func Gather3[A, B, C any](ctx context.Context, a Awaitable[A], b Awaitable[B], c Awaitable[C]) (av A, bv B, cv C, err error) {
	_, err = Gather(ctx, into(a, &av), into(b, &bv), into(c, &cv))
	return av, bv, cv, err
}

// into awaits aw and keeps its value.
func into[T any](aw Awaitable[T], v *T) Func {
	return func(ctx context.Context) (err error) {
		*v, err = aw.Await(ctx)
		return err
	}
}

// gather waits until all have ended, or one has failed unless errors are results.
func gather[A Awaitable[T], T any](ctx context.Context, aws []A, settle bool) ([]settling[T], error) {
	p := sched.Enter(ctx)
	if len(aws) == 0 {
		return nil, nil
	}
	children := make([]settling[T], len(aws))
	g := &gathering{settle: settle, links: make([]gatherLink, len(aws))}
	g.outer.Init(p.Task().Loop())
	for i, aw := range aws {
		c, fresh := ensure[T](ctx, aw)
		children[i] = c
		g.links[i] = gatherLink{of: g, future: c.future(), target: c.target(), fresh: fresh}
	}
	g.watch()
	if err := g.outer.Await(p, g); err != nil {
		g.abandon()
		return nil, err
	}
	return children, p.Told(g.err)
}

// gathering is a Gather that waits.
type gathering struct {
	outer    sched.Future
	links    []gatherLink // in the order of the arguments
	left     int
	settle   bool // errors are results
	canceled bool // the wait was canceled: it ends when all have ended
	cause    error
	err      error
}

// gatherLink is the place of a Gather among those who wait for one of its children.
type gatherLink struct {
	link   sched.Link
	of     *gathering
	future *sched.Future
	target sched.Target
	fresh  bool // the child was started for this Gather
	again  bool // an earlier link is of the same child
}

// watch waits for every child, once. Those that were done before count at once.
func (g *gathering) watch() {
	g.markRepeated()
	var done []*gatherLink
	for i := range g.links {
		k := &g.links[i]
		if k.again {
			continue
		}
		g.left++
		if k.future.Settled() {
			done = append(done, k)
			continue
		}
		k.link = sched.NewLink(k)
		k.future.Notify(&k.link)
	}
	for _, k := range done {
		k.Fire()
	}
}

func (g *gathering) markRepeated() {
	var seen map[*sched.Future]bool
	for i := range g.links {
		k := &g.links[i]
		if k.fresh {
			continue
		}
		if seen == nil {
			seen = make(map[*sched.Future]bool)
		}
		k.again = seen[k.future]
		seen[k.future] = true
	}
}

// Fire counts a child that has ended.
func (k *gatherLink) Fire() {
	g := k.of
	g.left--
	if g.outer.Settled() {
		k.future.Disregard()
		return
	}
	err := k.future.Outcome()
	switch {
	case err != nil && !g.settle:
		g.end(err)
	case g.left > 0:
	case g.canceled:
		g.end(&CanceledError{Cause: g.cause})
	default:
		g.end(nil)
	}
}

// end ends the wait. The error stands beside the future, for a gathering whose child was canceled has failed, and was not canceled.
func (g *gathering) end(err error) {
	g.err = err
	_ = g.outer.Finish()
}

// Cancel asks all children to stop. The wait ends when they have.
func (g *gathering) Cancel(cause error) bool {
	if g.outer.Settled() {
		return false
	}
	asked := false
	for i := range g.links {
		if g.links[i].target.Cancel(cause) {
			asked = true
		}
	}
	if asked {
		g.canceled, g.cause = true, cause
	}
	return asked
}

func (g *gathering) String() string { return "tasks in Gather" }

// abandon leaves a wait that never was, for ctx had been canceled before: what was started for it will not begin.
func (g *gathering) abandon() {
	for i := range g.links {
		if k := &g.links[i]; k.fresh && !g.outer.Settled() {
			k.target.Cancel(nil)
		}
	}
	_ = g.outer.Finish()
}
