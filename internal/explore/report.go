package explore

import (
	"fmt"
	"strings"
)

// report fails the test with the schedule that was found.
func (s *search) report(f *finding) {
	s.t.Helper()
	first, second := new(history), new(history)
	a := s.again(f.schedule, first)
	failed, text := a.tb.Failed(), a.tb.text()
	s.again(f.schedule, second)
	if !s.sameHistory(f.schedule, first, second) {
		return
	}
	if !failed {
		s.unsteady(f.schedule)
		return
	}
	s.t.Errorf("asynctest: schedule %d of %d fails (seed %d, found by: %s)\n"+
		"Departures from the first schedule: %d, shrunk to %d in %d tries.\n\n%s\n%s\n\nRun it again: %s",
		f.number, s.Schedules, s.Seed, f.name, f.shrunk, len(f.schedule), f.tries, first.table(), indent(text), s.command(f.schedule))
}

// replay runs one schedule and shows it.
func (s *search) replay(c schedule) {
	s.t.Helper()
	s.first()
	h := new(history)
	x := s.again(c, h)
	if s.escapes {
		return
	}
	s.t.Logf("asynctest: the schedule %s:\n\n%s\n%s", c, h.table(), indent(x.tb.text()))
	if x.tb.Failed() {
		s.t.Errorf("asynctest: the schedule %s fails", c)
	}
}

// command runs a schedule again.
func (s *search) command(c schedule) string {
	var path []string
	for part := range strings.SplitSeq(s.t.Name(), "/") {
		path = append(path, "^"+part+"$")
	}
	return fmt.Sprintf("%s=%s go test -run '%s'", replayVariable, c, strings.Join(path, "/"))
}

// indent moves text to the right.
func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
