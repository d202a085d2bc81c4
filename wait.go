package async

import (
	"context"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// When says what [Wait] waits for.
type When int

const (
	// AllCompleted waits until all have ended; asyncio's ALL_COMPLETED.
	AllCompleted When = iota
	// FirstCompleted waits until one has ended; asyncio's FIRST_COMPLETED.
	FirstCompleted
	// FirstError waits until one has failed, or all have ended. To be canceled is not to fail; asyncio's FIRST_EXCEPTION.
	FirstError
)

// Wait suspends until as many of ws have ended as when says, and returns those that have and those that have not, in the order given;
// asyncio.wait. It takes two turns also if all have ended before. Errors stay in ws; nothing is canceled.
//
// If ctx is canceled first, Wait returns its error and leaves ws alone. Without ws it returns at once.
func Wait[W Waitable](ctx context.Context, when When, ws ...W) (done, pending []W, err error) {
	return wait(ctx, when, noTimeout, ws)
}

// WaitTimeout is [Wait] for no longer than d. That the time is up is no error: see what is pending.
func WaitTimeout[W Waitable](ctx context.Context, when When, d time.Duration, ws ...W) (done, pending []W, err error) {
	return wait(ctx, when, max(d, 0), ws)
}

const noTimeout = time.Duration(-1)

func wait[W Waitable](ctx context.Context, when When, d time.Duration, ws []W) (done, pending []W, err error) {
	p := sched.Enter(ctx)
	return waitIn(p, when, d, distinct(p.Task().Loop(), ws))
}

// waitIn is wait for ws that are distinct.
func waitIn[W Waitable](p sched.Place, when When, d time.Duration, ws []W) (done, pending []W, err error) {
	if len(ws) == 0 {
		return nil, nil, nil
	}
	w := &waiting{when: when, left: len(ws), links: make([]waitLink, len(ws))}
	w.future.Init(p.Task().Loop())
	defer w.release()
	w.watch(d)
	for i, x := range ws {
		w.links[i] = waitLink{of: w, future: x.future()}
		w.links[i].link = sched.NewLink(&w.links[i])
		x.future().Notify(&w.links[i].link)
	}
	if err := w.future.Await(p, w); err != nil {
		return nil, nil, err
	}
	for _, x := range ws {
		if x.Done() {
			done = append(done, x)
		} else {
			pending = append(pending, x)
		}
	}
	return done, pending, nil
}

// waiting is a Wait that waits.
type waiting struct {
	future sched.Future
	timer  sched.Timer
	when   When
	left   int
	links  []waitLink
}

// waitLink is the place of a Wait among those who wait for one of its futures.
type waitLink struct {
	link   sched.Link
	of     *waiting
	future *sched.Future
}

// Fire counts a future that is done.
func (k *waitLink) Fire() {
	w := k.of
	w.left--
	failed := k.future.State() == sched.Failed
	if failed && w.when == FirstError {
		k.future.Disregard()
	}
	if w.left == 0 || w.when == FirstCompleted || w.when == FirstError && failed {
		_ = w.future.Finish()
	}
}

// Timer is the timer of the wait's limit.
func (w *waiting) Timer() *sched.Timer { return &w.timer }

// Fire ends the wait: its time is up.
func (w *waiting) Fire() { _ = w.future.Finish() }

// Cancel ends the wait alone.
func (w *waiting) Cancel(cause error) bool { return w.future.Cancel(cause) }

func (w *waiting) String() string {
	names := "tasks"
	if w.left == 1 {
		names = "a task"
	}
	return names + " in Wait"
}

func (w *waiting) watch(d time.Duration) {
	if d != noTimeout {
		l := w.future.Loop()
		l.SetTimer(w, l.After(d))
	}
}

func (w *waiting) release() {
	w.future.Loop().StopTimer(&w.timer)
	for i := range w.links {
		w.links[i].future.Forget(&w.links[i].link)
	}
}

// distinct is ws, which are l's, without repetitions.
func distinct[W Waitable](l *sched.Loop, ws []W) []W {
	seen := make(map[*sched.Future]bool, len(ws))
	var once []W
	for _, w := range ws {
		if f := w.future(); !seen[f] {
			l.MustOwn(f)
			seen[f] = true
			once = append(once, w)
		}
	}
	return once
}
