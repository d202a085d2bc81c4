package monitor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// warnedTasks is how many tasks a Warning lists.
const warnedTasks = 16

// convoy is how many tasks that wait for one object make a LockConvoy.
const convoy = 10

// patienceAfterCancel is after how many times Options.SlowStep a task that was
// asked to stop, and goes on, is warned of.
const patienceAfterCancel = 50

// warnings returns what looks wrong in s, the gravest first.
func (m *Monitor) warnings(s *Snapshot) (all []Warning) {
	all = append(all, m.warnHolder(s)...)
	all = append(all, warnCycles(s)...)
	all = append(all, m.warnLag(s)...)
	all = append(all, m.warnSlowSteps(s)...)
	all = append(all, warnConvoys(s)...)
	all = append(all, warnCanceled(s, patienceAfterCancel*m.options.SlowStep)...)
	if n := s.Stats.Unretrieved; n > 0 {
		all = append(all, Warning{Kind: NotRetrieved, Text: fmt.Sprintf("%d errors of tasks and futures were not retrieved: await them", n)})
	}
	if n := s.Stats.Dropped; n > 0 {
		all = append(all, Warning{Kind: TasksDropped, Text: fmt.Sprintf("%d tasks are in no list: there was no room for them", n)})
	}
	return all
}

// warnHolder warns of a step that holds the baton.
func (m *Monitor) warnHolder(s *Snapshot) []Warning {
	h := s.Holder
	if h == nil || h.For < m.options.SlowStep {
		return nil
	}
	w := Warning{Kind: HoldsBaton, Task: h.Task, Tasks: firstOf(h.Keeps), For: h.For}
	waiting := ""
	if n := len(h.Keeps) + h.More; n > 0 {
		waiting = fmt.Sprintf("; %d wait for their turn", n)
	}
	w.Text = fmt.Sprintf("%s has held the baton for %s%s", h.Name, rounded(h.For), waiting)
	if t := s.Task(h.Task); t != nil && t.Steps == 0 {
		w.Kind = NeverYields
		w.Text += ", and has never suspended"
	}
	return []Warning{w}
}

// warnCycles warns of tasks that wait for each other.
func warnCycles(s *Snapshot) (all []Warning) {
	for _, cycle := range s.Cycles() {
		all = append(all, Warning{Kind: AwaitCycle, Task: cycle[0], Tasks: firstOf(cycle[1:]), Text: s.cycleText(cycle)})
	}
	return all
}

// cycleText describes a cycle of waits.
func (s *Snapshot) cycleText(cycle []uint64) string {
	var b strings.Builder
	b.WriteString("a deadlock: " + s.name(cycle[0]))
	for i := range cycle {
		if i == warnedTasks {
			fmt.Fprintf(&b, ", and so on for %d more", len(cycle)-i)
			break
		}
		if i > 0 {
			b.WriteString(", which")
		}
		next := s.name(cycle[(i+1)%len(cycle)])
		what := s.Task(cycle[i]).Wait.Text
		fmt.Fprintf(&b, " waits for %s", what)
		if !strings.Contains(what, next) {
			fmt.Fprintf(&b, " (%s)", next)
		}
	}
	return b.String()
}

// name returns the name of a task.
func (s *Snapshot) name(id uint64) string {
	if t := s.Task(id); t != nil {
		return t.Name
	}
	return fmt.Sprintf("task %d", id)
}

// warnLag warns if entries wait long for their turns.
func (m *Monitor) warnLag(s *Snapshot) []Warning {
	m.mu.Lock()
	defer m.mu.Unlock()
	lag := m.samples.lastLag
	if p := m.samples.probe; p != nil && p.fired.Load() == 0 {
		lag = max(lag, s.Now-p.sent)
	}
	if lag < m.options.SlowStep || s.Stats.Idle {
		return nil
	}
	return []Warning{{Kind: ReadyTooLong, For: lag, Text: fmt.Sprintf("what becomes ready waits %s for its turn; %d entries are ready", rounded(lag), s.Stats.Ready)}}
}

// recently is for how long slow steps are warned of.
const recently = time.Minute

// warnSlowSteps warns of tasks that have held the baton for too long.
func (m *Monitor) warnSlowSteps(s *Snapshot) (all []Warning) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type sum struct {
		slowStep
		n int
	}
	var sums []sum
	for _, x := range m.samples.slow {
		if s.Now-x.began > recently {
			continue
		}
		i := slices.IndexFunc(sums, func(y sum) bool { return y.task == x.task })
		if i < 0 {
			sums = append(sums, sum{x, 1})
			continue
		}
		sums[i].n++
		sums[i].took = max(sums[i].took, x.took)
	}
	slices.SortStableFunc(sums, func(a, b sum) int { return -cmp.Compare(a.took, b.took) })
	for _, x := range sums {
		text := fmt.Sprintf("%s had a step that held the baton for %s", x.name, rounded(x.took))
		if x.n > 1 {
			text = fmt.Sprintf("%s had %d steps that held the baton for up to %s", x.name, x.n, rounded(x.took))
		}
		all = append(all, Warning{Kind: SlowSteps, Task: x.task, For: x.took, Text: text})
	}
	return all
}

// warnConvoys warns of objects that many tasks wait for while one holds them.
func warnConvoys(s *Snapshot) (all []Warning) {
	waiters := map[uint64][]uint64{}
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if w := t.Wait; w != nil && w.Object != 0 && (w.Kind == "lock" || w.Kind == "rwlock" || w.Kind == "semaphore" || w.Kind == "limiter") {
			waiters[w.Object] = append(waiters[w.Object], t.ID)
		}
	}
	for i := range s.Tasks {
		w := s.Tasks[i].Wait
		if w == nil || len(waiters[w.Object]) < convoy {
			continue
		}
		ids := waiters[w.Object]
		delete(waiters, w.Object)
		warning := Warning{Kind: LockConvoy, Tasks: firstOf(ids), For: s.Tasks[i].InState, Text: fmt.Sprintf("%d tasks wait for %s", len(ids), w.Text)}
		if len(w.Holders) > 0 {
			warning.Task = w.Holders[0]
			if holder := s.Task(warning.Task); holder != nil && holder.Wait != nil {
				warning.Text += ", which waits for " + holder.Wait.Text
			}
		}
		all = append(all, warning)
	}
	return all
}

// warnCanceled warns of tasks that were asked to stop long ago.
func warnCanceled(s *Snapshot, limit time.Duration) (all []Warning) {
	var w Warning
	n := 0
	for i := range s.Tasks {
		t := &s.Tasks[i]
		if t.Asked == 0 || t.Cancel == nil || t.Cancel.Within || s.Now-t.Cancel.At < limit {
			continue
		}
		if n++; n == 1 {
			w = Warning{Kind: GoesOnCanceled, Task: t.ID, For: s.Now - t.Cancel.At, Text: fmt.Sprintf("%s was canceled %s ago, and goes on", t.Name, rounded(s.Now-t.Cancel.At))}
		} else if len(w.Tasks) < warnedTasks {
			w.Tasks = append(w.Tasks, t.ID)
		}
	}
	if n == 0 {
		return nil
	}
	if n > 1 {
		w.Text += fmt.Sprintf("; so do %d more", n-1)
	}
	return []Warning{w}
}

// firstOf returns the first of many tasks.
func firstOf(ids []uint64) []uint64 { return ids[:min(len(ids), warnedTasks)] }

// rounded returns a duration with three digits.
func rounded(d time.Duration) string {
	unit := time.Nanosecond
	for d >= 1000*unit && unit < time.Second {
		unit *= 10
	}
	return d.Round(unit).String()
}
