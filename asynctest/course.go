package asynctest

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// A course is what sets a schedule apart from the order of the ready queue: at some steps another candidate than the
// first was taken, and at some waits a task was canceled. Everything else follows from it.
type course struct {
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

// fifo is how a course without anything is written.
const fifo = "fifo"

// String is the course as ASYNC_REPLAY takes it: "7:2" is candidate 2 at step 7, "c5" a cancellation as wait 5 begins,
// "l5" one as it ends.
func (c course) String() string {
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

// parseCourse is the inverse of String.
func parseCourse(s string) (c course, err error) {
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

func (c *course) parse(part string) error {
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

// size is how many ways the course has of its own.
func (c course) size() int { return len(c.turns) + len(c.cancels) }

// A picker decides who runs.
type picker interface {
	// pick returns the number, from 0, of the candidate that runs at a step. There are at least two.
	pick(step int, from []candidate) int
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

// inTurn takes the first candidate always: the order of the ready queue.
type inTurn struct{}

func (inTurn) pick(int, []candidate) int { return 0 }

// follow takes the turns of a course, and the first candidate where it has none.
type follow struct {
	turns []turnAt
}

func (f *follow) pick(step int, from []candidate) int {
	for len(f.turns) > 0 && f.turns[0].step < step {
		f.turns = f.turns[1:]
	}
	if len(f.turns) == 0 || f.turns[0].step != step {
		return 0
	}
	return min(f.turns[0].choice, len(from)-1)
}
