package explore

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// report fails the test with the schedule that was found.
func (s *search) report(f *finding) {
	s.t.Helper()
	first, second := new(history), new(history)
	x := s.again(f.schedule, first)
	failed, text := x.tb.Failed(), x.tb.text()
	s.again(f.schedule, second)
	if !s.sameHistory(f.schedule, first, second) {
		return
	}
	if !failed {
		s.unsteady(f.schedule)
		return
	}
	s.t.Errorf("asynctest: schedule %d%s fails (seed %d, found by: %s)\n"+
		"Departures from asyncio's order: %d, shrunk to %d in %d tries.%s\n\n%s\n%s\n\nRun it again: %s",
		f.number, s.of(), s.Seed, f.name, f.shrunk, len(f.schedule), f.tries, first.explanation(),
		first.show(text), indent(first.renamed(text)), s.command(f.schedule))
}

// of says how many schedules there are, where that is known.
func (s *search) of() string {
	if s.Schedules == math.MaxInt {
		return ""
	}
	return fmt.Sprintf(" of %d", s.Schedules)
}

// show returns the history as the environment wants it.
func (h *history) show(text string) string {
	if os.Getenv(reportVariable) == "json" {
		return h.json(text)
	}
	return h.table()
}

// explained is how many departures are put into words.
const explained = 6

// explanation says in words what sets the schedule apart.
func (h *history) explanation() string {
	var b strings.Builder
	all := h.departures()
	for i, d := range all {
		if i == explained {
			fmt.Fprintf(&b, "\n- and %d more", len(all)-explained)
			break
		}
		b.WriteString("\n- " + d)
	}
	return b.String()
}

// replay runs one schedule and shows it.
func (s *search) replay(c schedule) {
	s.t.Helper()
	if s.first(); s.escapes {
		return
	}
	h := new(history)
	x := s.again(c, h)
	text := x.tb.text()
	s.t.Logf("asynctest: the schedule %s:%s\n\n%s\n%s", c, h.explanation(), h.show(text), indent(h.renamed(text)))
	if x.tb.Failed() {
		s.t.Errorf("asynctest: the schedule %s fails", c)
	}
	if d, ok := x.misfit(c); ok {
		s.t.Errorf("asynctest: the schedule does not fit the test, from %s on: %s. Was it found in another program, or for another test?", d, x.whyNot(d))
	}
}

// misfit returns the first departure of a script that was not taken.
func (x *execution) misfit(script schedule) (departure, bool) {
	for _, d := range script {
		if !slices.Contains(x.took, d) {
			return d, true
		}
	}
	return departure{}, false
}

// whyNot says why a departure was not taken.
func (x *execution) whyNot(d departure) string {
	switch {
	case d.kind == turn && x.steps < d.nth:
		return fmt.Sprintf("the test is over after %d steps", x.steps)
	case d.kind == turn && d.value == passTime:
		return fmt.Sprintf("no timer is set at step %d", d.nth)
	case d.kind == turn:
		return fmt.Sprintf("there are not so many tasks ready at step %d", d.nth)
	case isTaskLane(d.lane) && laneNumber(d.lane) > x.tasks:
		return fmt.Sprintf("there are only %d tasks", x.tasks)
	case d.kind == choice:
		return fmt.Sprintf("Task-%d does not choose so often, or among so many", laneNumber(d.lane))
	case d.kind == delay:
		return "nothing else is ready at that turn, or there is none"
	}
	return fmt.Sprintf("Task-%d does not wait so often", laneNumber(d.lane))
}

// command returns the line that runs a schedule again, quoted for a shell.
func (s *search) command(c schedule) string {
	var path []string
	for part := range strings.SplitSeq(s.t.Name(), "/") {
		path = append(path, "^"+regexp.QuoteMeta(part)+"$")
	}
	line := fmt.Sprintf("%s=%s go test -run %s", replayVariable, c, quote(strings.Join(path, "/")))
	if pkg := testPackage(); pkg != "" {
		line += " " + pkg
	}
	return line
}

// quote quotes text for a shell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// testPackage returns the import path of the package whose test calls the
// explorer, "" if it cannot be told.
func testPackage() string {
	frames := userFrames(sched.Here())
	if len(frames) == 0 {
		return ""
	}
	pkg := strings.TrimSuffix(packageOf(frames[0].function), "_test")
	if !strings.Contains(pkg, "/") && !strings.Contains(pkg, ".") {
		return "" // main, and others that go test does not take
	}
	return pkg
}

// indent moves text to the right.
func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
