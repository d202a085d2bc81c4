package async

import (
	"context"
	"iter"

	"github.com/gobaton/async/internal/sched"
)

// AsCompleted gives each of ws, once, when it has ended, in the order they do; asyncio.as_completed. It suspends between them
// while none has ended.
//
//	for t, err := range async.AsCompleted(ctx, tasks...) {
//		if err != nil {
//			return err // ctx was canceled
//		}
//		v, err := t.Result()
//
// The error is the iteration's own, and its end: ctx was canceled, and ws are left alone. Bound the time with [Timeout].
func AsCompleted[W Waitable](ctx context.Context, ws ...W) iter.Seq2[W, error] {
	return func(yield func(W, error) bool) {
		c := newCompletion(distinct(sched.Of(ctx), ws))
		defer c.release()
		for range c.links {
			w, err := c.next(ctx)
			if !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// completion is an AsCompleted under way.
type completion[W Waitable] struct {
	links []completionLink[W]
	ended []W         // that the iteration has not given yet
	idle  *sched.Task // waits for one to end
}

// completionLink is the place of an AsCompleted among those who wait for one of its futures.
type completionLink[W Waitable] struct {
	link sched.Link
	of   *completion[W]
	w    W
}

func newCompletion[W Waitable](ws []W) *completion[W] {
	c := &completion[W]{links: make([]completionLink[W], len(ws))}
	for i, w := range ws {
		k := &c.links[i]
		*k = completionLink[W]{of: c, w: w}
		k.link = sched.NewLink(k)
		w.future().Notify(&k.link)
	}
	return c
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
	return w, nil
}

func (c *completion[W]) release() {
	for i := range c.links {
		c.links[i].w.future().Forget(&c.links[i].link)
	}
}

const someTask = sched.Text("a task in AsCompleted")
