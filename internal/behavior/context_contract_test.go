package behavior_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

var (
	contractSeed  = flag.Uint64("context.seed", 0, "seed of the one walk of TestContextContract; 0: many new ones")
	contractWalks = flag.Int("context.walks", 0, "how many walks TestContextContract takes; 0: as many as the mode allows")
)

// walks is how many walks a test of the contract takes.
func walks(most int) int {
	switch {
	case *contractWalks > 0:
		return *contractWalks
	case raceDetector:
		most /= 20
	}
	if testing.Short() {
		most /= 20
	}
	return most
}

// TestContextContract derives contexts in any nesting, ours and the standard
// library's, ends them in any order, and holds the contract of package context
// against each of them after each step.
func TestContextContract(t *testing.T) {
	if *contractSeed != 0 {
		synctest.Test(t, func(*testing.T) { takeWalk(t, *contractSeed) })
		return
	}
	base := rand.Uint64()
	n := walks(100_000)
	for done := 0; done < n && !t.Failed(); done += 1000 {
		synctest.Test(t, func(*testing.T) {
			for i := range min(1000, n-done) {
				if takeWalk(t, base+uint64(done+i)); t.Failed() {
					return
				}
			}
		})
	}
}

// takeWalk takes the walk of a seed.
func takeWalk(t *testing.T, seed uint64) {
	w := &walk{rand: rand.New(rand.NewPCG(seed, 1))}
	defer func() {
		if v := recover(); v != nil {
			w.fail("%v", v)
		}
		if len(w.failures) > 0 {
			t.Errorf("-context.seed=%d\n%s\n%v", seed, w.history, w.failures)
		}
	}()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		task := async.Go(ctx, func(ctx context.Context) error {
			w.task = async.CurrentTask(ctx)
			w.add(node{ctx: ctx, kind: "task", parent: -1, ends: true})
			return w.steps(0, 14)
		})
		_ = task.Wait(async.Uncancel(ctx))
		w.check("the end of the task")
		for i, n := range w.nodes {
			if n.ends && n.ctx.Err() == nil {
				w.fail("%d is live after the end of its task", i)
			}
		}
		return nil
	})
	if err != nil {
		w.fail("Run: %v", err)
	}
	for _, cancel := range w.cancels {
		cancel(nil) // the detached
	}
}

// walk is a random walk through contexts.
type walk struct {
	rand     *rand.Rand
	task     async.AnyTask
	nodes    []node
	cancels  []func(cause error)
	history  string
	failures []string
	causes   int
	virtual  bool // time is

	mu      sync.Mutex // in the walks with onlookers
	watched []context.Context
}

// node is a context that the walk has made.
type node struct {
	ctx    context.Context
	kind   string
	parent int  // what it ends with at the latest; -1: nothing
	ends   bool // it ends with the task

	done       <-chan struct{}
	err, cause error // what was seen first
}

func (w *walk) note(format string, args ...any) { w.history += fmt.Sprintf(format, args...) + "\n" }

func (w *walk) fail(format string, args ...any) {
	w.failures = append(w.failures, fmt.Sprintf(format, args...))
}

// chance is true once in n times.
func (w *walk) chance(n int) bool { return w.rand.IntN(n) == 0 }

func (w *walk) add(n node) int {
	if w.chance(2) {
		n.done = n.ctx.Done() // else it is asked for when it has ended
	}
	w.nodes = append(w.nodes, n)
	w.mu.Lock()
	w.watched = append(w.watched, n.ctx)
	w.mu.Unlock()
	return len(w.nodes) - 1
}

// cause is a new cause, or none.
func (w *walk) cause() error {
	if w.chance(3) {
		return nil
	}
	w.causes++
	return fmt.Errorf("cause %d", w.causes)
}

func (w *walk) delay() time.Duration { return time.Duration(w.rand.IntN(4)) * time.Second }

// steps takes up to n steps in the body of the node at index in.
func (w *walk) steps(in, n int) error {
	for range 1 + w.rand.IntN(n) {
		at := in
		if w.chance(2) {
			at = w.rand.IntN(len(w.nodes))
		}
		w.step(at, n)
		if len(w.failures) > 0 {
			return nil
		}
		w.check("the step")
	}
	return nil
}

// step does something with the node at an index.
func (w *walk) step(at, n int) {
	parent := w.nodes[at]
	ctx := parent.ctx
	k := w.rand.IntN(17)
	if w.virtual && (k == 5 || k == 6) {
		k = 3 // a deadline of the standard library panics there
	}
	switch k {
	case 0, 1:
		c, cancel := async.WithCancelCause(ctx)
		w.derive(at, "WithCancelCause", c, cancel)
	case 2:
		c, cancel := async.WithTimeout(ctx, w.delay())
		w.derive(at, "WithTimeout", c, func(error) { cancel() })
	case 3, 4:
		c, cancel := context.WithCancelCause(ctx)
		w.derive(at, "context.WithCancelCause", c, cancel)
	case 5:
		c, cancel := context.WithTimeoutCause(ctx, w.delay(), w.cause())
		w.derive(at, "context.WithTimeoutCause", c, func(error) { cancel() })
	case 6:
		c, cancel := context.WithDeadline(ctx, time.Now().Add(w.delay()-time.Second))
		w.derive(at, "context.WithDeadline", c, func(error) { cancel() })
	case 7:
		w.derive(at, "WithValue", embedded{context.WithValue(ctx, testkit.Key("k"), at)}, nil)
	case 8:
		i := w.add(node{ctx: context.WithoutCancel(ctx), kind: "WithoutCancel", parent: -1})
		w.note("%d = WithoutCancel(%d)", i, at)
	case 9:
		w.uncancel(at)
	case 10, 11:
		w.endOne()
	case 12:
		w.note("yield under %d", at)
		w.await(at, func(ctx context.Context) error { return async.Yield(ctx) })
	case 13:
		d := w.delay()
		w.note("sleep %v under %d", d, at)
		w.await(at, func(ctx context.Context) error { return async.Sleep(ctx, d) })
	case 14:
		w.note("an end to come")
		async.RunningLoop(ctx).CallLater(w.delay(), w.endOne)
	default:
		if n > 3 {
			w.body(at, n/2, k == 15)
		}
	}
}

func (w *walk) derive(at int, kind string, ctx context.Context, cancel func(cause error)) {
	parent := w.nodes[at]
	i := w.add(node{ctx: ctx, kind: kind, parent: at, ends: parent.ends})
	w.note("%d = %s(%d)", i, kind, at)
	if cancel != nil {
		w.cancels = append(w.cancels, func(cause error) {
			w.note("cancel %d: %v", i, cause)
			cancel(cause)
			if ctx.Err() == nil {
				w.fail("%d is live after its cancel", i)
			}
		})
	}
}

// uncancel makes a view of a node. It ends with the task at the latest, if the
// node does.
func (w *walk) uncancel(at int) {
	v := async.Uncancel(w.nodes[at].ctx)
	i := w.add(node{ctx: v, kind: "Uncancel", parent: -1, ends: w.nodes[at].ends})
	w.note("%d = Uncancel(%d)", i, at)
	if err := v.Err(); err != nil && v != w.nodes[at].ctx { // else its timer has fired since
		w.fail("%d, of Uncancel, has ended: %v", i, err)
	}
}

// endOne cancels one of the contexts, or the task.
func (w *walk) endOne() {
	k := w.rand.IntN(len(w.cancels) + 2)
	if k >= len(w.cancels) {
		cause := w.cause()
		w.note("cancel the task: %v", cause)
		w.task.CancelCause(cause)
		return
	}
	w.cancels[k](w.cause())
}

// body runs steps in a timeout or in a group.
func (w *walk) body(at, n int, group bool) {
	first, ctx := len(w.nodes), w.nodes[at].ctx
	steps := func(ctx context.Context) error {
		i := w.add(node{ctx: ctx, kind: "body", parent: at, ends: w.nodes[at].ends})
		w.note("%d = body of a timeout or group (%d)", i, at)
		return w.steps(i, n)
	}
	if group {
		var tg async.TaskGroup
		w.cancels = append(w.cancels, func(error) {
			w.note("cancel the group of %d", first)
			tg.Cancel()
		})
		_ = tg.Do(ctx, steps)
	} else {
		_ = async.Timeout(ctx, w.delay(), steps)
	}
	w.note("%d was left", first)
	for i := first; i < len(w.nodes); i++ {
		if w.within(i, first) && w.nodes[i].ctx.Err() == nil {
			w.fail("%d is live, which was made in %d, which was left", i, first)
		}
	}
}

// within reports whether a node ends with another.
func (w *walk) within(i, outer int) bool {
	for i > outer {
		i = w.nodes[i].parent
	}
	return i == outer
}

// await awaits under a node, and holds the error against its context.
func (w *walk) await(at int, await func(ctx context.Context) error) {
	ctx := w.nodes[at].ctx
	before := ctx.Err()
	err := await(ctx)
	now, cause := ctx.Err(), context.Cause(ctx)
	if err == nil {
		if before != nil {
			w.fail("an await under %d goes on: %v", at, before)
		}
		return
	}
	canceled, ok := err.(*async.CanceledError)
	switch {
	case now == nil:
		w.fail("%v under %d, which is live", err, at)
	case !ok && !(errors.Is(err, async.ErrTimeout) && now == context.DeadlineExceeded && (errors.Is(err, cause))):
		w.fail("%v under %d, whose context says %v, %v", err, at, now, cause)
	case ok && canceled.Cause == nil && cause != context.Canceled,
		ok && canceled.Cause != nil && canceled.Cause != cause && !(canceled.Cause == async.ErrTimeout && cause == context.DeadlineExceeded):
		w.fail("%v under %d, whose context says %v, %v", err, at, now, cause)
	}
}

// check holds the contract against each node.
func (w *walk) check(after string) {
	for i := range w.nodes {
		if err := w.nodes[i].check(); err != nil {
			w.fail("%d, after %s: %v", i, after, err)
			continue
		}
		n := &w.nodes[i]
		if n.parent < 0 {
			continue
		}
		outer := &w.nodes[n.parent]
		switch {
		case outer.err != nil && n.err == nil:
			w.fail("%d, after %s: live in %d, which has ended", i, after, n.parent)
		case n.kind == "WithValue" && outer.err != nil && (n.err != outer.err || n.cause != outer.cause):
			w.fail("%d, after %s: %v, %v and not as %d: %v, %v", i, after, n.err, n.cause, n.parent, outer.err, outer.cause)
		}
		if at, ok := outer.ctx.Deadline(); ok && n.err == nil {
			if own, has := n.ctx.Deadline(); !has || own.After(at) {
				w.fail("%d, after %s: its deadline is %v, that of %d around it %v", i, after, own, n.parent, at)
			}
		}
	}
}

// check holds the contract against n alone.
func (n *node) check() error {
	done := false
	if n.done != nil {
		select {
		case <-n.done:
			done = true
		default:
		}
	}
	err, cause := n.ctx.Err(), context.Cause(n.ctx)
	if err == nil && cause != nil {
		err = n.ctx.Err() // it has ended in between
	}
	switch {
	case done && err == nil:
		return errors.New("done without an error")
	case n.err != nil && (err != n.err || cause != n.cause):
		return fmt.Errorf("%v, %v is now %v, %v", n.err, n.cause, err, cause)
	case err == nil && cause != nil, err != nil && cause == nil:
		return fmt.Errorf("%v, but the cause is %v", err, cause)
	case err == nil:
		return nil
	case err != context.Canceled && err != context.DeadlineExceeded:
		return fmt.Errorf("a strange error: %v", err)
	case err == context.Canceled && errors.Is(cause, context.DeadlineExceeded), err == context.DeadlineExceeded && cause == context.Canceled:
		return fmt.Errorf("%v by %v", err, cause)
	}
	n.err, n.cause = err, cause
	was := n.done
	n.done = n.ctx.Done()
	if was != nil && n.done != was {
		return errors.New("another Done channel than before")
	}
	select {
	case <-n.done:
		return nil
	default:
		return errors.New("an error, and not done")
	}
}

// TestContextContractWithOnlookers is TestContextContract while other
// goroutines ask the contexts, and derive others from them.
func TestContextContractWithOnlookers(t *testing.T) {
	base := rand.Uint64()
	for i := range walks(4_000) {
		w := &walk{rand: rand.New(rand.NewPCG(base+uint64(i), 1)), virtual: true}
		stop := make(chan struct{})
		var onlookers sync.WaitGroup
		for k := range 3 {
			onlookers.Go(func() { w.look(t, rand.New(rand.NewPCG(base+uint64(i), uint64(k))), stop) })
		}
		testkit.Virtually(t, func(ctx context.Context) {
			task := async.Go(ctx, func(ctx context.Context) error {
				w.task = async.CurrentTask(ctx)
				w.add(node{ctx: ctx, kind: "task", parent: -1, ends: true})
				return w.steps(0, 10)
			})
			_ = task.Wait(async.Uncancel(ctx))
		})
		close(stop)
		onlookers.Wait()
		for _, cancel := range w.cancels {
			cancel(nil)
		}
		if len(w.failures) > 0 {
			t.Errorf("%s\n%v", w.history, w.failures)
		}
		if t.Failed() {
			return
		}
	}
}

// look asks random contexts what any goroutine may ask, and derives others from
// them.
func (w *walk) look(t *testing.T, r *rand.Rand, stop chan struct{}) {
	seen := map[context.Context]*node{}
	for {
		select {
		case <-stop:
			return
		default:
		}
		w.mu.Lock()
		if len(w.watched) == 0 {
			w.mu.Unlock()
			continue
		}
		ctx := w.watched[r.IntN(len(w.watched))]
		w.mu.Unlock()
		if seen[ctx] == nil {
			seen[ctx] = &node{ctx: ctx, done: ctx.Done()}
		}
		if err := seen[ctx].check(); err != nil {
			t.Errorf("seen from another goroutine: %v", err)
			return
		}
		derived, cancel := context.WithCancel(context.WithValue(ctx, testkit.Key("k"), 1))
		removed := context.AfterFunc(derived, func() {})
		_, _ = derived.Deadline()
		removed()
		cancel()
		if derived.Err() == nil {
			t.Error("live after its cancel")
			return
		}
	}
}
