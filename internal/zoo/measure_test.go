package zoo

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gobaton/async/asynctest"
)

// The columns of the table in docs/testing.md.
var columns = []struct {
	name string
	asynctest.Explorer
}{
	{"zero Explorer", asynctest.Explorer{}},
	{"Exhaustive", asynctest.Explorer{Strategy: asynctest.Exhaustive, Cancel: true}},
	{"Priorities", asynctest.Explorer{Strategy: asynctest.Priorities, Cancel: true}},
	{"Random", asynctest.Explorer{Strategy: asynctest.Random, Cancel: true}},
}

const (
	seeds  = 5
	budget = 10_000
)

// TestMeasureStrategies prints how many schedules each strategy needs for each
// bug: the median over seeds, with how many of the seeds found it, and the
// length of what was found.
func TestMeasureStrategies(t *testing.T) {
	if !*long {
		t.Skip("takes minutes: -zoo.long")
	}
	head, rule := "| bug |", "| --- |"
	for _, c := range columns {
		head += " " + c.name + " |"
		rule += " --- |"
	}
	t.Log("\n" + head + " shrunk to |\n" + rule + " --- |")
	for _, s := range specimens() {
		row, length := "| "+s.name+" |", 0
		for i, c := range columns {
			found, shrunk := measure(t, s, c.Explorer)
			row += " " + found + " |"
			if i == 0 {
				length = shrunk
			}
		}
		t.Logf("%s %d |", row, length)
	}
}

// measure explores a bug with several seeds, with a fake that yields.
func measure(t *testing.T, s specimen, e asynctest.Explorer) (text string, shrunk int) {
	var needed []int
	var lengths []int
	for seed := range uint64(seeds) {
		e.Seed, e.Schedules = seed+1, budget
		v := judge(t, s, e, s.program(false, fakes["yield"]))
		if v.failed && strings.Contains(v.text.String(), "ASYNC_REPLAY") {
			needed = append(needed, v.number("asynctest: schedule "))
			lengths = append(lengths, v.number("shrunk to "))
		}
	}
	if len(needed) == 0 {
		return "–", 0
	}
	slices.Sort(needed)
	slices.Sort(lengths)
	text = fmt.Sprint(needed[len(needed)/2])
	if len(needed) < seeds {
		text += fmt.Sprintf(" (%d of %d)", len(needed), seeds)
	}
	return text, lengths[len(lengths)/2]
}
