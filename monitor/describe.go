package monitor

import (
	"runtime"

	"github.com/gobaton/async/internal/sched"
)

// describe returns what is known of t.
func describe(t *sched.Task) Task {
	d := Task{ID: t.ID(), Name: t.Name(), Function: t.Body().Describe(), State: Ready, Asked: t.Canceling()}
	switch w := t.Waiting(); {
	case t.Loop().Current() == t:
		d.State = Running
	case w != nil:
		d.State = Waiting
		d.Wait = &Wait{Text: w.String()}
		for i, b := range t.Blockers() {
			if i == MaxHolders {
				d.Wait.More = len(t.Blockers()) - MaxHolders
				break
			}
			d.Wait.Holders = append(d.Wait.Holders, b.ID())
		}
	}
	return d
}

// places returns a stack without the calls of this library around it.
func places(pcs []uintptr) (all []Place) {
	if len(pcs) == 0 {
		return nil
	}
	for frames, more := runtime.CallersFrames(pcs), true; more; {
		var f runtime.Frame
		if f, more = frames.Next(); f.PC != 0 && !sched.IsLibrary(f) {
			all = append(all, Place{f.Function, f.File, f.Line})
		}
	}
	return all
}
