package explore

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A history is what happened in an execution, step by step. A nil history takes
// nothing down.
type history struct {
	rows    []row
	tasks   []*sched.Task      // in the order they were started; the columns
	where   map[uint64][]frame // tasks are suspended
	remarks []remark           // on how the schedule departs from asyncio's
	current *sched.Task
}

// row is a step.
type row struct {
	step   int
	at     time.Duration
	other  bool // not what asyncio would take
	failed bool
	events []event
}

// An event is something that a task, or under 0 the loop, did or had done to
// it.
type event struct {
	task   uint64
	text   string
	frames []frame // where the task suspends
}

// step begins a row, in which the entry runs.
func (h *history) step(x *execution, index int, e sched.Entry) {
	if _, last := e.(*stop); h == nil || last {
		return
	}
	h.rows = append(h.rows, row{step: x.steps, at: x.Loop.Now(), other: index != 0})
	h.current = nil
	switch e := e.(type) {
	case nil:
		h.add(nil, "time passes")
	case *sched.Task:
		h.current = e
	case *sched.Handle:
		h.add(nil, "a callback")
	case fmt.Stringer:
		h.add(nil, e.String())
	default:
		name := fmt.Sprintf("%T", e)
		h.add(nil, name[strings.LastIndexByte(name, '.')+1:])
	}
}

// add adds to what t has done in this step, nil for the loop.
func (h *history) add(t *sched.Task, text string) {
	if h == nil || len(h.rows) == 0 {
		return
	}
	id := uint64(0)
	if t != nil {
		id = t.ID()
	}
	r := &h.rows[len(h.rows)-1]
	r.events = append(r.events, event{task: id, text: text})
}

// fails tells that the test has failed in this step.
func (h *history) fails(text string) {
	if h == nil || len(h.rows) == 0 {
		return
	}
	h.add(h.current, "FAILS: "+gist(text))
	h.rows[len(h.rows)-1].failed = true
}

// errorOf finds what testify calls the error.
var errorOf = regexp.MustCompile(`(?s)\tError:\s+(.*?)\n\s*\t(?:Test|Messages):`)

// gist returns the line of a failure that says most.
func gist(text string) string {
	if found := errorOf.FindStringSubmatch(text); found != nil {
		return strings.Join(strings.Fields(found[1]), " ")
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return first
}

// starts tells that by, nil for the loop, has started t.
func (h *history) starts(t, by *sched.Task) {
	if h != nil {
		h.tasks = append(h.tasks, t)
		h.add(by, "starts "+t.Name())
	}
}

// suspends tells that t suspends. It is called on the goroutine of t.
func (h *history) suspends(t *sched.Task) {
	if h == nil || len(h.rows) == 0 {
		return
	}
	text := "yields"
	if w := t.Waiting(); w != nil {
		text = "waits for " + Brief(w)
	}
	frames := userFrames(sched.Here())
	r := &h.rows[len(h.rows)-1]
	r.events = append(r.events, event{t.ID(), text, frames})
	if h.where == nil {
		h.where = map[uint64][]frame{}
	}
	h.where[t.ID()] = frames
}

// ends tells that t has ended.
func (h *history) ends(t *sched.Task) {
	if h != nil {
		h.add(t, Outcome(t))
	}
}

// A remark says something in words. It is put together late, when the history
// is complete.
type remark struct {
	format string
	args   []any
}

// departs says in words how the schedule departs here from asyncio's order.
func (h *history) departs(format string, args ...any) {
	if h != nil {
		h.remarks = append(h.remarks, remark{format, args})
	}
}

// departures returns the remarks, in order.
func (h *history) departures() (all []string) {
	for _, r := range h.remarks {
		all = append(all, h.renamed(fmt.Sprintf(r.format, r.args...)))
	}
	return all
}

// subject is what stood in a lane, and where it was suspended then.
type subject struct {
	h      *history
	lane   int
	frames []frame
}

func (h *history) subject(n int) subject {
	s := subject{h: h, lane: n}
	if h != nil && isTaskLane(n) {
		s.frames = h.where[uint64(laneNumber(n))]
	}
	return s
}

// String names the subject and its place.
func (s subject) String() string {
	switch {
	case s.lane == othersLane:
		return "a callback"
	case isOutsiderLane(s.lane):
		return "function " + strconv.Itoa(laneNumber(s.lane)) + " off the loop"
	}
	name := s.h.name(uint64(laneNumber(s.lane)))
	if at := places(s.frames, s.h.helpers()); at != "" {
		return name + " (at " + at + ")"
	}
	return name
}

// lines returns the history a line for each event, to be compared with another.
func (h *history) lines() (lines []string) {
	for _, r := range h.rows {
		for _, id := range r.ids() {
			line := fmt.Sprintf("step %d, %v: %s", r.step, r.at, h.name(id))
			for _, e := range r.events {
				if e.task == id {
					line += " " + e.text + " " + places(e.frames, nil)
				}
			}
			lines = append(lines, strings.TrimSuffix(line, " "))
		}
	}
	return lines
}

// ids returns the tasks of which r tells something, in order.
func (r row) ids() (ids []uint64) {
	for _, e := range r.events {
		ids = append(ids, e.task)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (h *history) name(id uint64) string {
	for _, t := range h.tasks {
		if t.ID() == id {
			return t.Name()
		}
	}
	return "the loop"
}

// unnamed finds the names that tasks have before they get one of their own.
var unnamed = regexp.MustCompile(`\bTask-\d+\b`)

// renamed returns text with the names that tasks have in the end, which are
// those of the columns.
func (h *history) renamed(text string) string {
	return unnamed.ReplaceAllStringFunc(text, func(name string) string {
		id, _ := strconv.ParseUint(strings.TrimPrefix(name, "Task-"), 10, 64)
		for _, t := range h.tasks {
			if t.ID() == id {
				return t.Name()
			}
		}
		return name
	})
}

// difference returns where two histories differ first, or "".
func difference(a, b *history) string {
	x, y := a.lines(), b.lines()
	for i := range max(len(x), len(y)) {
		first, second := "nothing", "nothing"
		if i < len(x) {
			first = x[i]
		}
		if i < len(y) {
			second = y[i]
		}
		if first != second {
			return fmt.Sprintf("first:  %s\nsecond: %s", first, second)
		}
	}
	return ""
}

// Brief says what a task waits for, without details that differ with the place
// in the source.
func Brief(w fmt.Stringer) string {
	first, _, _ := strings.Cut(w.String(), ",")
	return first
}

// Outcome says how t has ended.
func Outcome(t *sched.Task) string {
	switch err := t.Peek(); {
	case t.State() == sched.Canceled:
		return "ends, canceled"
	case err == sched.ErrGoexit:
		return "ends: Goexit"
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		return "ends: " + first
	}
	return "ends"
}
