package explore

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gobaton/async/internal/sched"
)

// A schedule is what sets a run apart from asyncio's order. Everything else
// follows from it.
type schedule []departure

// A departure is one place at which a run goes another way.
type departure struct {
	kind  kind
	lane  int // whose it is; none of a turn
	nth   int // which of the lane's turns, waits or choices; of a turn, the step
	value int // the candidate or the choice taken; of a delay, the lane to wait for
}

// A kind is a way to depart.
type kind uint8

const (
	// turn takes another candidate than the first at a step.
	turn kind = iota
	// delay keeps a lane from its nth turn until the task of another lane
	// has ended, or nothing else can run.
	delay
	// cancelEarly cancels a task as its nth wait begins.
	cancelEarly
	// cancelLate cancels a task as its nth wait ends.
	cancelLate
	// choice takes another than the first choice of a Choose.
	choice
)

// kindLetters begin what a departure is written as, but for a turn.
const kindLetters = " dclx"

// fifo is how a schedule without departures is written.
const fifo = "fifo"

// String returns the schedule as ASYNC_REPLAY takes it: "7:2" is candidate 2 at
// step 7, "7:t" that time passes there, "d3.2-4" a delay of Task-3's 2nd turn
// until Task-4 has ended, "d3.2" one until nothing else can run, "c3.2" a
// cancellation as Task-3's 2nd wait begins, "l3.2" one as it ends, "x3.1=2"
// choice 2 where Task-3 chooses first.
func (s schedule) String() string {
	if len(s) == 0 {
		return fifo
	}
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = d.String()
	}
	return strings.Join(parts, ",")
}

// String returns the departure as ASYNC_REPLAY takes it.
func (d departure) String() string {
	if d.kind == turn {
		if d.value == passTime {
			return strconv.Itoa(d.nth) + ":t"
		}
		return fmt.Sprintf("%d:%d", d.nth, d.value)
	}
	text := fmt.Sprintf("%c%s.%d", kindLetters[d.kind], laneText(d.lane), d.nth)
	switch {
	case d.kind == choice:
		text += "=" + strconv.Itoa(d.value)
	case d.kind == delay && d.value != 0:
		text += "-" + laneText(d.value)
	}
	return text
}

// parseSchedule reads what String writes.
func parseSchedule(text string) (s schedule, err error) {
	if text == fifo {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		d, ok := parseDeparture(part)
		if !ok {
			return nil, fmt.Errorf("%q in ASYNC_REPLAY is no part of a schedule: give it as the report of the failure has it", part)
		}
		s = append(s, d)
	}
	return s, nil
}

func parseDeparture(text string) (d departure, ok bool) {
	if text == "" {
		return d, false
	}
	if i := strings.IndexByte(kindLetters, text[0]); i > 0 {
		return parseOf(kind(i), text[1:])
	}
	step, value, ok := strings.Cut(text, ":")
	if value == "t" {
		return departure{nth: number(step, &ok), value: passTime}, ok
	}
	return departure{nth: number(step, &ok), value: number(value, &ok)}, ok
}

// parseOf parses what comes after the letter of a departure.
func parseOf(k kind, text string) (d departure, ok bool) {
	lane, rest, ok := strings.Cut(text, ".")
	d.kind, d.lane = k, parseLane(lane, &ok)
	switch nth, value, more := strings.Cut(rest, map[kind]string{delay: "-", choice: "="}[k]); {
	case k == cancelEarly || k == cancelLate || !more:
		d.nth = number(rest, &ok)
		ok = ok && k != choice
	case k == delay:
		d.nth, d.value = number(nth, &ok), parseLane(value, &ok)
	default:
		d.nth, d.value = number(nth, &ok), number(value, &ok)
	}
	return d, ok
}

// number parses a number, and says in ok if it is none.
func number(text string, ok *bool) int {
	n, err := strconv.Atoi(text)
	*ok = *ok && err == nil && n >= 0
	return n
}

// split returns the turns of s by step, and the rest as it stands.
func (s schedule) split() (turns, rest schedule) {
	for _, d := range s {
		if d.kind == turn {
			turns = append(turns, d)
		} else {
			rest = append(rest, d)
		}
	}
	slices.SortStableFunc(turns, func(a, b departure) int { return cmp.Compare(a.nth, b.nth) })
	return turns, rest
}

func (s schedule) clone() schedule { return slices.Clone(s) }

// without returns a copy of s without the n departures from i on.
func (s schedule) without(i, n int) schedule {
	return slices.Concat(s[:i], s[i+n:])
}

// with returns a copy of s with d as departure i.
func (s schedule) with(i int, d departure) schedule {
	c := slices.Clone(s)
	c[i] = d
	return c
}

// The lanes in which entries of the ready queue stand: one for callbacks and
// the loop's inner steps, which keep their order, one for the passing of time,
// and one for each task and for each function off the loop.
const (
	othersLane = iota
	timeLane
	firstLane
)

func taskLane(id uint64) int            { return firstLane + 2*int(id) }
func outsiderLane(o sched.Outsider) int { return firstLane + 2*int(o.Number()) + 1 }
func isTaskLane(lane int) bool          { return lane > firstLane && (lane-firstLane)%2 == 0 }
func laneOf(t *sched.Task) int          { return taskLane(t.ID()) }
func isOutsiderLane(lane int) bool      { return lane > firstLane && (lane-firstLane)%2 == 1 }
func laneNumber(lane int) (id int)      { return (lane - firstLane) / 2 }
func joinLane(number int, outside bool) int {
	return firstLane + 2*number + map[bool]int{true: 1}[outside]
}

// laneText returns a lane in a schedule: "3" is Task-3's, "o2" that of the
// second function off the loop, "k" that of callbacks, "t" that of time.
func laneText(lane int) string {
	switch {
	case lane == othersLane:
		return "k"
	case lane == timeLane:
		return "t"
	case isOutsiderLane(lane):
		return "o" + strconv.Itoa(laneNumber(lane))
	}
	return strconv.Itoa(laneNumber(lane))
}

func parseLane(text string, ok *bool) int {
	switch text {
	case "k":
		return othersLane
	case "t":
		return timeLane
	}
	rest, outside := strings.CutPrefix(text, "o")
	return joinLane(number(rest, ok), outside)
}
