package explore

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	longest = 120 // steps that a table shows; of more, it leaves out the middle
	widest  = 48  // letters in a line of a cell
	screen  = 160 // columns, where COLUMNS does not say how many there are
)

// table returns the history as a table with a column for each task, or with a
// line for each event where that is too wide. A star marks a step at which not
// the first candidate was taken, an arrow that at which the test failed.
func (h *history) table() string {
	t := h.layOut()
	width := lead + 2*len(t.widths)
	for _, w := range t.widths {
		width += w
	}
	columns, _ := strconv.Atoi(os.Getenv("COLUMNS"))
	if width > cmp.Or(columns, screen) {
		return h.list()
	}
	var b strings.Builder
	writeLine(&b, "  step  time      ", t.heads, t.widths)
	h.eachRow(&b, func(n int) { t.write(&b, h.rows[n], t.cells[n]) })
	return b.String()
}

// lead is how wide what comes before the columns is.
const lead = 18

// eachRow calls write with the number of each row that is to be shown.
func (h *history) eachRow(b *strings.Builder, write func(n int)) {
	for n := range h.rows {
		switch left := len(h.rows) - n; {
		case len(h.rows) <= longest || n < longest/2 || left <= longest/2:
			write(n)
		case n == longest/2:
			fmt.Fprintf(b, "  ... %d steps ...\n", len(h.rows)-longest)
		}
	}
}

// layout is a table before it is written.
type layout struct {
	heads  []string
	widths []int
	cells  [][][]string // by row and column, in lines
}

func (h *history) layOut() *layout {
	ids, helpers := h.used(), h.helpers()
	t := &layout{widths: make([]int, len(ids)), cells: make([][][]string, len(h.rows))}
	for i, id := range ids {
		t.heads = append(t.heads, h.head(id))
		t.widths[i] = utf8.RuneCountInString(t.heads[i])
		for n, r := range h.rows {
			lines := h.cell(r, id, helpers)
			for _, line := range lines {
				t.widths[i] = max(t.widths[i], utf8.RuneCountInString(line))
			}
			t.cells[n] = append(t.cells[n], lines)
		}
	}
	return t
}

// cell returns the lines of what r tells of a task.
func (h *history) cell(r row, id uint64, helpers map[string]bool) (lines []string) {
	for _, e := range r.events {
		if e.task != id {
			continue
		}
		lines = append(lines, shorten(h.renamed(e.text)))
		if at := places(e.frames, helpers); at != "" {
			lines = append(lines, "  "+at)
		}
	}
	return lines
}

func shorten(text string) string {
	if letters := []rune(text); len(letters) > widest {
		return string(letters[:widest-3]) + "..."
	}
	return text
}

// write writes a row: as many lines as its longest cell has.
func (t *layout) write(b *strings.Builder, r row, cells [][]string) {
	for n, more := 0, true; more; n++ {
		more = false
		line := make([]string, len(cells))
		for i, c := range cells {
			if n < len(c) {
				line[i] = c[n]
			}
			more = more || n+1 < len(c)
		}
		before := strings.Repeat(" ", lead)
		if n == 0 {
			before = fmt.Sprintf("%s%5d  %-8s  ", r.mark(), r.step, short(r.at))
		}
		writeLine(b, before, line, t.widths)
	}
}

// mark returns what stands in front of r.
func (r row) mark() string {
	switch {
	case r.failed:
		return ">"
	case r.other:
		return "*"
	}
	return " "
}

func short(d time.Duration) string { return d.Round(time.Microsecond).String() }

func writeLine(b *strings.Builder, before string, cells []string, widths []int) {
	line := before
	for i, c := range cells {
		line += c + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(c)+2)
	}
	b.WriteString(strings.TrimRight(line, " ") + "\n")
}

// list returns the history with a line for each event.
func (h *history) list() string {
	names, helpers := 0, h.helpers()
	for _, id := range h.used() {
		names = max(names, utf8.RuneCountInString(h.head(id)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  step  time      task\n")
	h.eachRow(&b, func(n int) {
		r := h.rows[n]
		before := fmt.Sprintf("%s%5d  %-8s  ", r.mark(), r.step, short(r.at))
		for _, e := range r.events {
			head := h.head(e.task)
			line := before + head + strings.Repeat(" ", names-utf8.RuneCountInString(head)+2) + shorten(h.renamed(e.text))
			if at := places(e.frames, helpers); at != "" {
				line += "  " + at
			}
			b.WriteString(line + "\n")
			before = strings.Repeat(" ", lead)
		}
	})
	return b.String()
}

// used returns the columns in which anything stands: the loop, then the tasks
// as they were started.
func (h *history) used() (ids []uint64) {
	for _, r := range h.rows {
		if ids = r.ids(); len(ids) > 0 && ids[0] == 0 {
			ids = ids[:1]
			break
		}
		ids = nil
	}
	for _, t := range h.tasks {
		ids = append(ids, t.ID())
	}
	return ids
}

// head returns the title of a column.
func (h *history) head(id uint64) string {
	for _, t := range h.tasks {
		if t.ID() == id {
			if d := t.Body().Describe(); d != t.Name() {
				return t.Name() + " " + d
			}
			return t.Name()
		}
	}
	return "the loop"
}
