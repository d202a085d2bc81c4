package sched

import (
	"bytes"
	"runtime"
	"sync/atomic"
	"time"
)

// A watchdog tells of a step that holds the baton for too long, while it does so, and of a Close that does not come to
// its end. A nil watchdog does nothing.
//
// It looks at the machine's clock, also where the loop's time is virtual: it decides no order.
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

// hangs is how many times as long as a slow step tasks may take to end when the loop is closed, before that is told.
const hangs = 50

func newWatchdog(l *Loop, limit time.Duration) *watchdog {
	return &watchdog{loop: l, limit: limit, zero: time.Now()}
}

// SlowSteps is how many steps have held the baton for too long, as far as a watchdog saw them.
func (l *Loop) SlowSteps() int {
	if l.watchdog == nil {
		return 0
	}
	return int(l.watchdog.slow.Load())
}

// begin notes that a step begins.
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

// pause notes that the step has ended.
func (w *watchdog) pause() {
	if w != nil {
		w.begun.Store(0)
	}
}

func (w *watchdog) start() {
	if w == nil {
		return
	}
	// Made for each Run, which may lie in another synctest bubble than the last.
	w.wake, w.stop, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	var patience time.Duration
	if w.loop.draining != 0 {
		patience = hangs * w.limit
	}
	go w.patrol(patience)
}

func (w *watchdog) end() {
	if w == nil {
		return
	}
	close(w.stop)
	<-w.ended
}

// patrol looks at each step that runs when it looks, until the watchdog is stopped. It tells of a hanging Close after
// patience, if that is not 0.
func (w *watchdog) patrol(patience time.Duration) {
	defer close(w.ended)
	var told int64 // the step that was told of
	hang := make(<-chan time.Time)
	if patience > 0 {
		t := time.NewTimer(patience)
		defer t.Stop()
		hang = t.C
	}
	timer := time.NewTimer(w.limit)
	defer timer.Stop()
	for {
		look := timer.C
		if left, busy := w.left(told); !busy {
			look = nil // rather than a look now and then, which would let time go on in a synctest bubble
		} else if left > 0 {
			timer.Reset(left)
		} else {
			told = w.begun.Load()
			w.tell(told)
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

// left is how long the step that runs may still take. Without one that was not told of, it prepares to be woken.
func (w *watchdog) left(told int64) (left time.Duration, busy bool) {
	begun := w.begun.Load()
	if begun == 0 || begun == told {
		w.parked.Store(true)
		if begun = w.begun.Load(); begun == 0 || begun == told {
			return 0, false
		}
		w.parked.Store(false)
	}
	return w.limit - (time.Since(w.zero) - time.Duration(begun)), true
}

// tell reports the step that began at begun.
func (w *watchdog) tell(begun int64) {
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

// hanging is a loop whose Close takes long, as the entry that tells so.
type hanging Loop

// Fire tells of the tasks that do not end.
func (h *hanging) Fire() {
	l := (*Loop)(h)
	l.Report(Event{Message: "closing the loop waits for tasks that do not end", Err: &HangError{l.Deadlock().Tasks}})
}

// A HangError says what the tasks wait for that keep a loop from being closed.
type HangError struct {
	Tasks []string // what each of them is, and waits for
}

// Error is the report, a line for each task.
func (e *HangError) Error() string {
	return "async: these tasks were canceled and go on:" + lines(e.Tasks)
}

// holder is the task that holds the baton, nil for a callback, and the stack of its goroutine. It may be called from any
// goroutine.
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
