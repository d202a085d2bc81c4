package explore

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gobaton/async/internal/sched"
)

// A history is what happened in an execution, step by step. A nil history takes nothing down.
type history struct {
	rows  []row
	tasks []*sched.Task // in the order they were started; the columns
}

// row is a step: what each task, and under 0 the loop, did or had done to it.
type row struct {
	step  int
	at    time.Duration
	other bool // not the first candidate was taken
	cells map[uint64][]string
}

// step begins a row, in which the entry runs.
func (s *history) step(x *execution, choice int, e sched.Entry) {
	if _, last := e.(*stop); s == nil || last {
		return
	}
	s.rows = append(s.rows, row{step: x.steps, at: x.Loop.Now(), other: choice > 0, cells: map[uint64][]string{}})
	switch e := e.(type) {
	case nil:
		s.tell(nil, "time passes")
	case *sched.Task:
	case *sched.Handle:
		s.tell(nil, "a callback")
	case fmt.Stringer:
		s.tell(nil, e.String())
	default:
		name := fmt.Sprintf("%T", e)
		s.tell(nil, name[strings.LastIndexByte(name, '.')+1:])
	}
}

// tell adds to what is told of t in this step, nil for the loop.
func (s *history) tell(t *sched.Task, text string) {
	if s == nil || len(s.rows) == 0 {
		return
	}
	id := uint64(0)
	if t != nil {
		id = t.ID()
	}
	cells := s.rows[len(s.rows)-1].cells
	cells[id] = append(cells[id], shorten(text))
}

// widest is how many letters a line of a cell has at most.
const widest = 48

func shorten(text string) string {
	if letters := []rune(text); len(letters) > widest {
		return string(letters[:widest-3]) + "..."
	}
	return text
}

// starts tells that by, nil for the loop, has started t.
func (s *history) starts(t, by *sched.Task) {
	if s != nil {
		s.tasks = append(s.tasks, t)
		s.tell(by, "starts "+t.Name())
	}
}

// suspends tells that t suspends. It is called on the goroutine of t.
func (s *history) suspends(t *sched.Task) {
	if s == nil {
		return
	}
	what := "yields"
	if w := t.Waiting(); w != nil {
		what = "waits for " + Brief(w)
	}
	s.tell(t, what)
	if at := here(); at != "" {
		s.tell(t, "  "+at)
	}
}

// ends tells that t has ended.
func (s *history) ends(t *sched.Task) {
	if s != nil {
		s.tell(t, Outcome(t))
	}
}

// lines are the history a line for each thing that happened, to be compared with another.
func (s *history) lines() (lines []string) {
	for _, r := range s.rows {
		for _, id := range s.columns(r) {
			lines = append(lines, fmt.Sprintf("step %d, %v: %s %s", r.step, r.at, s.name(id), strings.Join(r.cells[id], " ")))
		}
	}
	return lines
}

// columns are the columns in which r has something, in order.
func (s *history) columns(r row) (ids []uint64) {
	for id := range r.cells {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (s *history) name(id uint64) string {
	for _, t := range s.tasks {
		if t.ID() == id {
			return t.Name()
		}
	}
	return "the loop"
}

// difference is where two histories differ first, or "".
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
