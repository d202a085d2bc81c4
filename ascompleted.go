package async

import (
	"context"
	"iter"
	"slices"

	"github.com/gobaton/async/internal/sched"
)

// AsCompleted gives each of ws, once, when it has ended, in the order they do;
// asyncio.as_completed. It suspends between them while none has ended.
//
//	for t, err := range async.AsCompleted(ctx, tasks...) {
//		if err != nil {
//			return err // ctx was canceled
//		}
//		v, err := t.Result()
//
// A [Coro] or a [Func] is started as a task, in order, when AsCompleted is
// called; in its place comes one whose Await has the result of that task, and
// does not suspend:
//
//	for c, err := range async.AsCompleted(ctx, fetch("a"), fetch("b")) {
//		...
//		v, err := c.Await(ctx)
//
// What ends between the call and the first range comes in the order it ended,
// too. A break leaves those that were not given alone: tasks go on, and another
// range over the same sequence gives them, as they end.
//
// The error is the iteration's own, and its end: ctx was canceled, and ws are
// left alone; where that was so at the call, no coroutine is started. Bound the
// time with [Timeout].
func AsCompleted[W Completable](ctx context.Context, ws ...W) iter.Seq2[W, error] {
	c := newCompletion(ctx, ws)
	return func(yield func(W, error) bool) {
		c.watch()
		defer c.pause()
		for c.left > 0 {
			w, err := c.next(ctx)
			if !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// completion is an AsCompleted under way.
type completion[W Completable] struct {
	links []completionLink[W]
	left  int         // how many the iteration has not given
	ended []W         // those of them that have ended
	idle  *sched.Task // waits for one to end
}

// completionLink is the place of an AsCompleted among those that wait for one
// of its futures.
type completionLink[W Completable] struct {
	link   sched.Link
	of     *completion[W]
	w      W
	future *sched.Future
	paused bool // it does not stand there
}

func newCompletion[W Completable](ctx context.Context, ws []W) *completion[W] {
	p := sched.Enter(ctx)
	c := &completion[W]{}
	if p.Status() == sched.Delivered {
		c.left = len(ws) // none of which will be given
		return c
	}
	c.begin(ctx, p.Task().Loop(), ws)
	c.left = len(c.links)
	for i := range c.links {
		k := &c.links[i]
		k.of, k.link = c, sched.NewLink(k)
		k.future.Notify(&k.link)
	}
	return c
}

// begin starts the coroutines among ws and makes a link for each that is not
// there twice.
func (c *completion[W]) begin(ctx context.Context, l *sched.Loop, ws []W) {
	c.links = make([]completionLink[W], 0, len(ws))
	seen := make(map[*sched.Future]bool, len(ws))
	for _, w := range ws {
		if any(w) == nil {
			panic(nilAwaitable)
		}
		self, f := w.begin(ctx)
		if !seen[f] {
			l.MustOwn(f)
			seen[f] = true
			c.links = append(c.links, completionLink[W]{w: self.(W), future: f})
		}
	}
}

// Fire puts one that has ended up for the iteration.
func (k *completionLink[W]) Fire() {
	c := k.of
	c.ended = append(c.ended, k.w)
	if c.idle != nil {
		c.idle.Wake()
	}
}

func (c *completion[W]) next(ctx context.Context) (w W, err error) {
	p := sched.Enter(ctx)
	for len(c.ended) == 0 {
		c.idle = p.Task()
		_, err := p.Park(someTask)
		c.idle = nil
		if err != nil {
			return w, err
		}
	}
	w = c.ended[0]
	c.ended = c.ended[1:]
	c.left--
	return w, nil
}

// pause takes the completion away from what has not ended, which may outlive it
// by far.
func (c *completion[W]) pause() {
	for i := range c.links {
		k := &c.links[i]
		k.paused = k.paused || k.future.Forget(&k.link)
	}
}

// watch takes back pause. What has ended meanwhile is put up for the iteration,
// in the order it did.
func (c *completion[W]) watch() {
	var ended []*completionLink[W]
	for i := range c.links {
		k := &c.links[i]
		switch {
		case !k.paused:
		case k.future.Settled():
			ended = append(ended, k)
		default:
			k.future.Notify(&k.link)
		}
		k.paused = false
	}
	slices.SortFunc(ended, func(a, b *completionLink[W]) int {
		if a.future.EndedBefore(b.future) {
			return -1
		}
		return 1
	})
	for _, k := range ended {
		k.Fire()
	}
}

const someTask = sched.Text("a task in AsCompleted")
