package perfetto

import (
	"time"

	"github.com/gobaton/async/monitor"
)

// trace turns events into packets of a Perfetto trace.
type trace struct {
	encoder
	tracks map[uint64]*track // by task
	last   time.Duration     // the latest time
}

// track is what is known of a task's track.
type track struct {
	open bool   // a slice is open
	flow uint64 // the arrow that ends in the next step; 0: none
}

// loopTrack is the track of the loop, under which those of the tasks are.
const loopTrack = 1

// trackOf returns the track of a task.
func trackOf(task uint64) uint64 { return loopTrack + task }

// begin describes the loop.
func (t *trace) begin(loop string) {
	t.tracks = map[uint64]*track{}
	t.describe(loopTrack, 0, loop)
}

// task returns the track of a task, which is described when it comes up first.
func (t *trace) task(id uint64, name string) *track {
	k := t.tracks[id]
	if k == nil {
		k = new(track)
		t.tracks[id] = k
		t.describe(trackOf(id), loopTrack, name)
	}
	return k
}

// add adds an event.
func (t *trace) add(e *monitor.Event) {
	t.last = max(t.last, e.At+e.For)
	if e.Task == 0 {
		t.event(instant, loopTrack, e.At, string(e.Kind)+": "+e.Text, 0, 0)
		return
	}
	k := t.task(e.Task, e.Name)
	switch e.Kind {
	case monitor.TaskStarted:
		t.open(k, e.Task, e.At, "new", 0)
	case monitor.TaskStep:
		t.open(k, e.Task, e.At, "runs", k.flow)
		t.open(k, e.Task, e.At+e.For, await(e), 0)
		k.flow = 0
	case monitor.TaskWoken:
		t.wake(k, e)
	case monitor.TaskCanceled:
		t.event(instant, trackOf(e.Task), e.At, "canceled: "+e.Text, 0, 0)
	case monitor.TaskEnded:
		t.close(k, e.Task, e.At)
		t.event(instant, trackOf(e.Task), e.At, e.Text, 0, 0)
		delete(t.tracks, e.Task)
	default:
		t.event(instant, trackOf(e.Task), e.At, string(e.Kind)+": "+e.Text, 0, 0)
	}
}

// await names what a task waits for.
func await(e *monitor.Event) string {
	if e.Text == "" {
		return "ready"
	}
	return "awaits " + e.Text
}

// open begins a slice in place of the one that is open.
func (t *trace) open(k *track, task uint64, at time.Duration, name string, flow uint64) {
	t.close(k, task, at)
	t.event(sliceBegin, trackOf(task), at, name, 0, flow)
	k.open = true
}

// close ends the slice of a task that is open.
func (t *trace) close(k *track, task uint64, at time.Duration) {
	if k.open {
		t.event(sliceEnd, trackOf(task), at, "", 0, 0)
		k.open = false
	}
}

// wake begins an arrow, from the task that wakes another one.
func (t *trace) wake(k *track, e *monitor.Event) {
	if e.Other == 0 {
		return
	}
	k.flow = e.Seq + 1
	t.event(instant, trackOf(e.Other), e.At, "wakes", k.flow, 0)
}

// end closes the slices that are open.
func (t *trace) end() {
	for id, k := range t.tracks {
		t.close(k, id, t.last)
	}
}
