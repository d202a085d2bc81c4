package monitor

import "github.com/gobaton/async/internal/sched"

// observer is a monitor as the observer of its loop.
type observer Monitor

func (o *observer) tell(e Event, steps bool) {
	e.At = o.loop.Now()
	for _, s := range o.streams {
		if (!steps || s.options.Steps) && !s.add(e) {
			o.stats.DroppedEvents++
		}
	}
}

// Started is called by the scheduler.
func (o *observer) Started(t, by *sched.Task) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stats.Started++
	e := Event{Kind: TaskStarted, Task: t.ID(), Name: t.Name(), Text: t.Body().Describe()}
	if by != nil {
		e.Other = by.ID()
	}
	o.tell(e, false)
}

// Suspended is called by the scheduler.
func (o *observer) Suspended(t *sched.Task) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.stats.Steps++
	e := Event{Kind: TaskSuspended, Task: t.ID()}
	if w := t.Waiting(); w != nil {
		e.Text = w.String()
	}
	o.tell(e, true)
}

// Resumed is called by the scheduler.
func (o *observer) Resumed(t *sched.Task) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.tell(Event{Kind: TaskResumed, Task: t.ID()}, true)
}

// Ended is called by the scheduler.
func (o *observer) Ended(t *sched.Task) {
	o.mu.Lock()
	defer o.mu.Unlock()
	d := EndedTask{ID: t.ID(), Name: t.Name(), Function: t.Body().Describe(), Ended: o.loop.Now(), Outcome: Finished}
	switch t.State() {
	case sched.Finished:
		o.stats.Finished++
	case sched.Failed:
		o.stats.Failed++
		d.Outcome, d.Error = Failed, t.Peek().Error()
		if _, panicked := t.Peek().(*sched.PanicError); panicked {
			d.Outcome = Panicked
		}
	case sched.Canceled:
		o.stats.Canceled++
		d.Outcome, d.Error = Canceled, t.Peek().Error()
	}
	if o.history = append(o.history, d); len(o.history) > o.options.History {
		o.history = o.history[1:]
		o.dropped++
	}
	o.tell(Event{Kind: TaskEnded, Task: t.ID(), Text: string(d.Outcome)}, false)
}
