package sched

import (
	"bytes"
	"runtime"
	"sync/atomic"
	"time"
)

// A watchdog reports a step that holds the baton for too long, while it does
// so, and a Close that does not come to its end. A nil watchdog does nothing.
//
// It looks at the machine's clock, also where the loop's time is virtual: it
// decides no order.
type watchdog struct {
	loop   *Loop
	limit  time.Duration
	zero   time.Time
	begun  atomic.Int64  // when the step began that runs, since zero; 0: none runs
	parked atomic.Bool   // patrol waits for a step to begin
	wake   chan struct{} // ends that
	stop   chan struct{}
	ended  chan struct{}
	slow   atomic.Int64 // how many steps were too long
}

// hangs says after how many times the limit of a slow step a Close that still
// waits for tasks is reported.
const hangs = 50

func newWatchdog(l *Loop, limit time.Duration) *watchdog {
	return &watchdog{loop: l, limit: limit, zero: time.Now()}
}

// SlowSteps returns how many steps have held the baton for too long, as far as
// a watchdog saw them.
func (l *Loop) SlowSteps() int {
	if l.watchdog == nil {
		return 0
	}
	return int(l.watchdog.slow.Load())
}

// begin records that a step begins.
func (w *watchdog) begin() {
	if w == nil {
		return
	}
	w.begun.Store(max(1, int64(time.Since(w.zero))))
	if w.parked.Load() {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// pause records that the step has ended.
func (w *watchdog) pause() {
	if w != nil {
		w.begun.Store(0)
	}
}

func (w *watchdog) start() {
	if w == nil {
		return
	}
	// Made for each Run, which may lie in another synctest bubble than the
	// last.
	w.wake, w.stop, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	var closeLimit time.Duration
	if w.loop.drainTo != 0 {
		closeLimit = hangs * w.limit
	}
	go w.patrol(closeLimit)
}

func (w *watchdog) end() {
	if w == nil {
		return
	}
	close(w.stop)
	<-w.ended
}

// patrol looks at the step that runs, whenever one may have become too long,
// until the watchdog is stopped. It reports a hanging Close after closeLimit,
// if that is not 0.
func (w *watchdog) patrol(closeLimit time.Duration) {
	defer close(w.ended)
	var reported int64 // the step that was reported
	hang := make(<-chan time.Time)
	if closeLimit > 0 {
		t := time.NewTimer(closeLimit)
		defer t.Stop()
		hang = t.C
	}
	timer := time.NewTimer(w.limit)
	defer timer.Stop()
	for {
		look := timer.C
		if left, busy := w.left(reported); !busy {
			look = nil // rather than a look now and then, which would let time go on in a synctest bubble
		} else if left > 0 {
			timer.Reset(left)
		} else {
			reported = w.begun.Load()
			w.report(reported)
			continue
		}
		select {
		case <-look:
		case <-w.wake:
		case <-hang:
			w.loop.Post((*hanging)(w.loop))
		case <-w.stop:
			return
		}
		w.parked.Store(false)
	}
}

// left returns how long the step that runs may still take. Without one that was
// not reported yet, it prepares to be woken.
func (w *watchdog) left(reported int64) (left time.Duration, busy bool) {
	begun := w.begun.Load()
	if begun == 0 || begun == reported {
		w.parked.Store(true)
		if begun = w.begun.Load(); begun == 0 || begun == reported {
			return 0, false
		}
		w.parked.Store(false)
	}
	return w.limit - (time.Since(w.zero) - time.Duration(begun)), true
}

// report reports the step that began at begun.
func (w *watchdog) report(begun int64) {
	if begun == 0 {
		return
	}
	w.slow.Add(1)
	t, stack := w.loop.guard.holder()
	e := Event{Message: "a step has held the baton for more than " + w.limit.String(), Stack: stack}
	if t != nil {
		e.Task, e.Started = w.loop.guard.nameOf(t), t.Started()
	}
	w.loop.Report(e)
}

// hanging is the entry that reports a Close that takes long.
type hanging Loop

// Fire reports the tasks that do not end.
func (h *hanging) Fire() {
	l := (*Loop)(h)
	l.Report(Event{Message: "closing the loop waits for tasks that do not end", Err: &HangError{l.Deadlock().Tasks}})
}

// A HangError names the tasks that keep a loop from being closed, and what they
// wait for.
type HangError struct {
	Tasks []string // what each of them is, and waits for
}

// Error returns the report, a line for each task.
func (e *HangError) Error() string {
	return "async: these tasks were canceled and go on:" + lines(e.Tasks)
}

// holder returns the task that holds the baton, nil for a callback, and the
// stack of its goroutine. It may be called from any goroutine.
func (g *guard) holder() (*Task, []byte) {
	known := g.byNumber()
	for block := range bytes.SplitSeq(allStacks(), []byte("\n\n")) {
		var id uint64
		rest, _ := bytes.CutPrefix(block, []byte("goroutine "))
		for len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
			id, rest = 10*id+uint64(rest[0]-'0'), rest[1:]
		}
		if t, ok := known[id]; ok && !bytes.HasPrefix(rest, []byte(" [coroutine")) {
			return t, block
		}
	}
	return nil, nil
}

func allStacks() []byte {
	for size := 1 << 16; ; size *= 2 {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return buf[:n]
		}
	}
}
