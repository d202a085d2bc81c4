package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// A schedule is what sets a schedule apart from the order of the ready queue: at some steps another candidate than the
// first was taken, and at some waits a task was canceled. Everything else follows from it.
type schedule struct {
	turns   []turnAt // by step
	cancels []cancelAt
}

// turnAt says that the candidate of a number, counted from 0, was taken at a step.
type turnAt struct{ step, choice int }

// cancelAt says that a task was canceled in a wait: when it began to wait, or, late, when it was to go on.
type cancelAt struct {
	wait int
	late bool
}

// fifo is how a schedule without anything is written.
const fifo = "fifo"

// String is the schedule as ASYNC_REPLAY takes it: "7:2" is candidate 2 at step 7, "c5" a cancellation as wait 5 begins,
// "l5" one as it ends.
func (c schedule) String() string {
	var parts []string
	for _, t := range c.turns {
		parts = append(parts, fmt.Sprintf("%d:%d", t.step, t.choice))
	}
	for _, x := range c.cancels {
		kind := "c"
		if x.late {
			kind = "l"
		}
		parts = append(parts, kind+strconv.Itoa(x.wait))
	}
	if len(parts) == 0 {
		return fifo
	}
	return strings.Join(parts, ",")
}

// parseSchedule is the inverse of String.
func parseSchedule(s string) (c schedule, err error) {
	if s == fifo {
		return c, nil
	}
	for part := range strings.SplitSeq(s, ",") {
		if err := c.parse(part); err != nil {
			return c, fmt.Errorf("%q in ASYNC_REPLAY is no part of a schedule: give it as the report of the failure has it", part)
		}
	}
	slices.SortFunc(c.turns, func(a, b turnAt) int { return cmp.Compare(a.step, b.step) })
	return c, nil
}

func (c *schedule) parse(part string) error {
	for _, kind := range []string{"c", "l"} {
		if rest, ok := strings.CutPrefix(part, kind); ok {
			wait, err := strconv.Atoi(rest)
			c.cancels = append(c.cancels, cancelAt{wait, kind == "l"})
			return err
		}
	}
	step, choice, _ := strings.Cut(part, ":")
	t := turnAt{}
	var err error
	if t.step, err = strconv.Atoi(step); err != nil {
		return err
	}
	t.choice, err = strconv.Atoi(choice)
	c.turns = append(c.turns, t)
	return err
}

// size is how many ways the schedule has of its own.
func (c schedule) size() int { return len(c.turns) + len(c.cancels) }

// A policy decides who runs.
type policy interface {
	// choose returns the number, from 0, of the candidate that runs at a step. There are at least two.
	choose(step int, from []candidate) int
}

// A candidate can run next: a task, what has come back from outside, or what stands first among the callbacks and the
// inner steps of the loop, which keep their order.
type candidate struct {
	index   int  // in the ready queue; sched.PassTime: time passes instead
	lane    int  // what it is: another candidate for the same never stands beside it
	yielded bool // it has just passed the baton of its own will
}

// The lanes of what has only one.
const (
	othersLane = iota
	timeLane
	firstLane
)

func taskLane(t *sched.Task) int        { return firstLane + 2*int(t.ID()) }
func outsiderLane(o sched.Outsider) int { return firstLane + 2*int(o.Number()) + 1 }

// queueOrder takes the first candidate always: the order of the ready queue.
type queueOrder struct{}

func (queueOrder) choose(int, []candidate) int { return 0 }

// follow takes the turns of a schedule, and the first candidate where it has none.
type follow struct {
	turns []turnAt
}

func (f *follow) choose(step int, from []candidate) int {
	for len(f.turns) > 0 && f.turns[0].step < step {
		f.turns = f.turns[1:]
	}
	if len(f.turns) == 0 || f.turns[0].step != step {
		return 0
	}
	return min(f.turns[0].choice, len(from)-1)
}
