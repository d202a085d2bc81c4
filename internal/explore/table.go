package explore

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// longest is how many steps a table shows; of more, it leaves out the middle.
const longest = 120

// table is the history as a table with a column for each task. A star marks a step at which not the first candidate was
// taken.
func (s *history) table() string {
	ids := s.used()
	widths := make([]int, len(ids))
	heads := make([]string, len(ids))
	for i, id := range ids {
		heads[i] = s.head(id)
		widths[i] = utf8.RuneCountInString(heads[i])
		for _, r := range s.rows {
			for _, line := range r.cells[id] {
				widths[i] = max(widths[i], utf8.RuneCountInString(line))
			}
		}
	}
	var b strings.Builder
	writeLine(&b, "  step  time      ", heads, widths)
	for n, r := range s.rows {
		if left := len(s.rows) - n; len(s.rows) > longest && n >= longest/2 && left > longest/2 {
			if n == longest/2 {
				fmt.Fprintf(&b, "  ... %d steps ...\n", len(s.rows)-longest)
			}
			continue
		}
		s.write(&b, r, ids, widths)
	}
	return b.String()
}

// write writes a row: as many lines as its longest cell has.
func (s *history) write(b *strings.Builder, r row, ids []uint64, widths []int) {
	star := " "
	if r.other {
		star = "*"
	}
	for n, more := 0, true; more; n++ {
		more = false
		cells := make([]string, len(ids))
		for i, id := range ids {
			if n < len(r.cells[id]) {
				cells[i] = r.cells[id][n]
			}
			more = more || n+1 < len(r.cells[id])
		}
		lead := strings.Repeat(" ", 18)
		if n == 0 {
			lead = fmt.Sprintf("%s%5d  %-8s  ", star, r.step, short(r.at))
		}
		writeLine(b, lead, cells, widths)
	}
}

func short(d time.Duration) string { return d.Round(time.Microsecond).String() }

func writeLine(b *strings.Builder, lead string, cells []string, widths []int) {
	line := lead
	for i, c := range cells {
		line += c + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// used are the columns in which anything stands: the loop, then the tasks as they were started.
func (s *history) used() (ids []uint64) {
	for _, r := range s.rows {
		if len(r.cells[0]) > 0 {
			ids = append(ids, 0)
			break
		}
	}
	for _, t := range s.tasks {
		ids = append(ids, t.ID())
	}
	return ids
}

// head is the title of a column.
func (s *history) head(id uint64) string {
	for _, t := range s.tasks {
		if t.ID() == id {
			if d := t.Body().Describe(); d != t.Name() {
				return t.Name() + " " + d
			}
			return t.Name()
		}
	}
	return "the loop"
}
