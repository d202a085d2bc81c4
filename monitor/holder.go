package monitor

import (
	"runtime"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// keeps is how many of the tasks that wait for their turns a Holder lists.
const keeps = 64

// holder returns what holds the baton. m.mu is locked.
func (m *Monitor) holder(s *Snapshot, seen *sched.Outlook) *Holder {
	h := &Holder{Task: seen.Task, Name: "a callback", For: m.samples.step.length()}
	var entry uintptr
	if k, ok := m.watch.Read(seen.Slot); seen.Task != 0 && ok && k.ID == seen.Task {
		h.Name, entry = k.Name(), k.Code
	}
	if h.For == 0 {
		h.For = s.Now - m.samples.looked
	}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.ID == seen.Task || t.State != Ready && t.State != New {
			continue
		}
		if h.More++; len(h.Keeps) < keeps {
			h.Keeps = append(h.Keeps, t.ID)
		}
	}
	h.More = max(0, max(h.More, seen.Ready)-len(h.Keeps))
	h.Stack = liveStack(seen.Task != 0, entry)
	return h
}

// liveStack returns the stack of the goroutine that runs a step at this moment:
// of a task, whose function begins at entry, or of a callback.
//
// The goroutines of a loop that do not hold its baton stand in the switch of
// coroutines. Of several loops' that are left, that function tells which is
// meant.
func liveStack(task bool, entry uintptr) []Place {
	records := make([]runtime.StackRecord, runtime.NumGoroutine()+64)
	n, ok := runtime.GoroutineProfile(records)
	for !ok {
		records = make([]runtime.StackRecord, n+n/8+64)
		n, ok = runtime.GoroutineProfile(records)
	}
	parked := map[uintptr]bool{}
	var found []Place
	for i := range records[:n] {
		pcs := records[i].Stack()
		if len(pcs) == 0 || isParked(pcs, parked) {
			continue
		}
		stack, exact := stepOf(pcs, task, entry)
		if exact {
			return stack
		}
		if stack != nil && found == nil {
			found = stack
		}
	}
	return found
}

// isParked reports whether a goroutine stands in a switch of coroutines.
func isParked(pcs []uintptr, known map[uintptr]bool) bool {
	for _, pc := range pcs[:min(2, len(pcs))] {
		is, ok := known[pc]
		if !ok {
			f := runtime.FuncForPC(pc - 1)
			is = f != nil && strings.HasPrefix(f.Name(), "runtime.coroswitch")
			known[pc] = is
		}
		if is {
			return true
		}
	}
	return false
}

// stepOf returns a stack if it is of a step: exact if it is that of the
// function which begins at entry.
func stepOf(pcs []uintptr, task bool, entry uintptr) (stack []Place, exact bool) {
	runs := false
	for frames, more := runtime.CallersFrames(pcs), true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		switch name, ours := strings.CutPrefix(f.Function, "github.com/gobaton/async/internal/sched.(*"); {
		case ours && name == "coro).run":
			runs = runs || task
		case ours && name == "Loop).run":
			runs = runs || !task
		case f.PC != 0 && !sched.IsLibrary(f):
			stack = append(stack, Place{f.Function, f.File, f.Line})
			exact = exact || f.Func != nil && f.Func.Entry() == entry
		}
	}
	if !runs {
		return nil, false
	}
	return stack, exact
}
