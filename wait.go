package async

import (
	"context"
	"fmt"
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
	// FirstError waits until one has failed, or all have ended. To be
	// canceled is not to fail; asyncio's FIRST_EXCEPTION.
	FirstError
)

// Wait suspends until as many of ws have ended as when says, and returns those
// that have and those that have not, in the order given; asyncio.wait. It takes
// two turns also if all have ended before. Errors stay in ws; nothing is
// canceled.
//
// If ctx is canceled first, Wait returns its error and leaves ws alone. Without
// ws it returns at once. It panics with a when that is none of the three.
func Wait[W Waitable](ctx context.Context, when When, ws ...W) (done, pending []W, err error) {
	return wait(ctx, when, NoTimeout, ws)
}

// WaitTimeout does what [Wait] does, for no longer than d, which may be
// [NoTimeout]. That the time is up is no error: see what is pending.
func WaitTimeout[W Waitable](ctx context.Context, when When, d time.Duration, ws ...W) (done, pending []W, err error) {
	return wait(ctx, when, max(d, 0), ws)
}

func wait[W Waitable](ctx context.Context, when When, d time.Duration, ws []W) (done, pending []W, err error) {
	p := sched.Enter(ctx)
	if when < AllCompleted || when > FirstError {
		panic(fmt.Sprintf("async: Wait for When(%d): use AllCompleted, FirstCompleted or FirstError", when))
	}
	return waitIn(p, when, d, distinct(p.Task().Loop(), ws))
}

// waitIn does what wait does, for ws that are distinct.
func waitIn[W Waitable](p sched.Awaiter, when When, d time.Duration, ws []W) (done, pending []W, err error) {
	if len(ws) == 0 {
		return nil, nil, nil
	}
	w := &waiting[W]{when: when, ws: ws}
	w.future.Init(p.Task().Loop())
	defer w.release()
	w.watch(d)
	w.set.Init(w)
	for _, x := range ws {
		w.set.Add(x.future())
	}
	if when != FirstCompleted {
		w.set.IgnoreFinished()
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
type waiting[W Waitable] struct {
	future sched.Future
	timer  sched.Timer
	when   When
	ws     []W
	set    sched.WaitSet // of ws
}

// FutureDone is called when one of ws is done.
func (w *waiting[W]) FutureDone(f *sched.Future) {
	failed := f.State() == sched.Failed
	if failed && w.when == FirstError {
		f.MarkRetrieved()
	}
	if w.set.Done() || w.when == FirstCompleted || w.when == FirstError && failed {
		_ = w.future.Finish()
	}
}

// Timer returns the timer of the wait's limit.
func (w *waiting[W]) Timer() *sched.Timer { return &w.timer }

// Fire ends the wait: its time is up.
func (w *waiting[W]) Fire() { _ = w.future.Finish() }

// Cancel ends the wait alone.
func (w *waiting[W]) Cancel(cause error) bool { return w.future.Cancel(cause) }

func (w *waiting[W]) String() string {
	names := "tasks"
	if len(w.ws) == 1 {
		names = "a task"
	}
	return names + " in Wait"
}

func (w *waiting[W]) watch(d time.Duration) {
	if d != NoTimeout {
		l := w.future.Loop()
		l.SetTimer(w, l.After(d))
	}
}

func (w *waiting[W]) release() {
	w.future.Loop().StopTimer(&w.timer)
	for _, x := range w.ws {
		w.set.Forget(x.future())
	}
}

// distinct returns ws, which are l's, without repetitions.
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

// Kind names it without its state, from any goroutine.
func (*waiting[W]) Kind() string { return "tasks in Wait" }
