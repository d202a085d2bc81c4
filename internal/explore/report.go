package explore

import (
	"fmt"
	"strings"
)

// report fails the test with the schedule that was found.
func (x *search) report(f *finding) {
	x.t.Helper()
	first, second := new(hihistory), new(hihistory)
	a := x.again(f.schedule, first)
	failed, text := a.tb.Failed(), a.tb.text()
	x.again(f.schedule, second)
	if !x.same(f.schedule, first, second) {
		return
	}
	if !failed {
		x.unsteady(f.schedule)
		return
	}
	x.t.Errorf("asynctest: schedule %d of %d fails (seed %d, found by: %s)\n"+
		"Departures from the first schedule: %d, shrunk to %d in %d tries.\n\n%s\n%s\n\nRun it again: %s",
		f.number, x.Schedules, x.Seed, f.way, f.shrunk, f.schedule.size(), f.tries, first.table(), indent(text), x.command(f.schedule))
}

// replay runs one schedule and shows it.
func (x *search) replay(c schedule) {
	x.t.Helper()
	s := new(hihistory)
	a := x.again(c, s)
	if x.escapes {
		return
	}
	x.t.Logf("asynctest: the schedule %s:\n\n%s\n%s", c, s.table(), indent(a.tb.text()))
	if a.tb.Failed() {
		x.t.Errorf("asynctest: the schedule %s fails", c)
	}
}

// command runs a schedule again.
func (x *search) command(c schedule) string {
	var path []string
	for part := range strings.SplitSeq(x.t.Name(), "/") {
		path = append(path, "^"+part+"$")
	}
	return fmt.Sprintf("%s=%s go test -run '%s'", replayVariable, c, strings.Join(path, "/"))
}

// indent moves text to the right.
func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
