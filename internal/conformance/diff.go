package conformance

import "strings"

const (
	linesBefore = 6 // of what the traces have in common
	linesAfter  = 6 // of each from the first difference on
)

// Diff shows where two traces part: the lines before, then what each goes on
// with. It returns "" for equal ones.
func Diff(want, got []string) string {
	n := common(want, got)
	if n == len(want) && n == len(got) {
		return ""
	}
	var b strings.Builder
	for _, line := range want[max(0, n-linesBefore):n] {
		b.WriteString("  " + line + "\n")
	}
	writeSide(&b, "- ", want[n:])
	writeSide(&b, "+ ", got[n:])
	return b.String()
}

func common(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func writeSide(b *strings.Builder, sign string, lines []string) {
	for _, line := range lines[:min(len(lines), linesAfter)] {
		b.WriteString(sign + line + "\n")
	}
	if len(lines) == 0 {
		b.WriteString(sign + "(ends here)\n")
	}
}
