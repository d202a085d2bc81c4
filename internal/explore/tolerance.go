package explore

import "slices"

// A test says nothing about whether it holds when tasks are canceled, or when
// timers fire while tasks are ready. Where nobody asked for such schedules, the
// test is asked: one that fails if a task is canceled before it has done
// anything at all takes for granted that the task is not canceled; one that
// fails if time passes whenever it can takes for granted that steps take none.
// What such a test says in other schedules with these cancellations, or with
// late timers, is no bug of the program.

// tolerance is what is known of a test.
type tolerance struct {
	cancels map[int]bool // by lane; absent: unknown
	some    bool         // it has tasks that may be canceled
	late    bool
	refused int // failures that did not count
}

// probe asks the test, after its first execution.
func (s *search) probe(tasks int, timers bool) {
	s.tolerance = tolerance{cancels: map[int]bool{}}
	if s.Strategy != Mixed {
		return
	}
	if !s.Cancel && !s.Plain {
		for id := 2; id <= min(tasks, probed); id++ {
			lane := taskLane(uint64(id))
			ok := !s.fails(plan{script: schedule{startCancel(lane)}})
			s.tolerance.cancels[lane] = ok
			s.tolerance.some = s.tolerance.some || ok
		}
	}
	s.tolerance.late = timers && !s.Cancel && !s.Late && !s.Plain && s.toleratesLate(nil)
}

// probed is how many tasks are probed.
const probed = 64

func (s *search) fails(p plan) bool { return s.run(p, nil).tb.Failed() }

// startCancel returns the cancellation of a task before its first step.
func startCancel(lane int) departure { return departure{kind: cancelEarly, lane: lane} }

// mayCancel reports whether the task of a lane may be canceled.
func (s *search) mayCancel(lane int) bool {
	if s.Cancel {
		return true
	}
	ok, known := s.tolerance.cancels[lane]
	return s.tolerance.some && (ok || !known)
}

// canCancel reports whether some task may be canceled.
func (s *search) canCancel() bool { return s.Cancel || s.tolerance.some }

// canBeLate reports whether timers may fire while something is ready.
func (s *search) canBeLate() bool { return s.Late || s.tolerance.late }

// confirms reports whether a failure counts: it does not if it comes from
// cancellations or late timers that the test is not made for. Those are left
// out from now on.
func (s *search) confirms(f *finding) bool {
	ok := s.confirmsLate(f) && s.confirmsCancels(f)
	if !ok {
		s.tolerance.refused++
	}
	if s.tolerance.refused > mostRefused {
		s.tolerance.some, s.tolerance.late = false, false
	}
	return ok
}

// mostRefused is how many failures that do not count end the search for those
// that do.
const mostRefused = 16

func (s *search) confirmsCancels(f *finding) bool {
	if s.Cancel {
		return true
	}
	for _, d := range f.schedule {
		if d.kind != cancelEarly && d.kind != cancelLate {
			continue
		}
		if s.fails(plan{script: schedule{startCancel(d.lane)}}) || s.fails(plan{script: f.schedule.canceledAtStart(d.lane)}) {
			s.tolerance.cancels[d.lane] = false
			return false
		}
	}
	return true
}

func (s *search) confirmsLate(f *finding) bool {
	isTime := func(d departure) bool { return d.kind == turn && d.value == passTime }
	if s.Late || !slices.ContainsFunc(f.schedule, isTime) {
		return true
	}
	rest := slices.DeleteFunc(f.schedule.clone(), func(d departure) bool { return d.kind == turn })
	s.tolerance.late = s.tolerance.late && s.toleratesLate(rest)
	return s.tolerance.late
}

// toleratesLate reports whether the test, in a schedule, holds if time passes
// whenever it can, and if it does so now and then.
func (s *search) toleratesLate(c schedule) bool {
	for period := range 4 {
		for phase := range max(1, period) {
			if s.fails(plan{script: c, policy: impatient{period, phase}, late: true}) {
				return false
			}
		}
	}
	return true
}

// canceledAtStart returns s with one cancellation of a task, at its start, in
// place of all.
func (s schedule) canceledAtStart(lane int) (c schedule) {
	for _, d := range s {
		if d.kind != cancelEarly && d.kind != cancelLate || d.lane != lane {
			c = append(c, d)
		}
	}
	return append(c, startCancel(lane))
}

// impatient lets time pass whenever it can: at each step, or only at some.
type impatient struct{ period, phase int }

func (p impatient) choose(step int, from []candidate) int {
	last := len(from) - 1
	if from[last].lane != timeLane || p.period > 0 && step%p.period != p.phase {
		return 0
	}
	return last
}
