package conformance

import (
	"strings"
	"testing"
)

func TestDiffShowsWhereTracesPart(t *testing.T) {
	lines := func(text string) []string { return strings.Split(text, " ") }
	for _, test := range []struct{ want, got, diff string }{
		{"a b c", "a b c", ""},
		{"a b c", "a x c", "  a\n- b\n- c\n+ x\n+ c\n"},
		{"a b", "a", "  a\n- b\n+ (ends here)\n"},
		{"1 2 3 4 5 6 7 8", "1 2 3 4 5 6 7 9", "  2\n  3\n  4\n  5\n  6\n  7\n- 8\n+ 9\n"},
	} {
		if diff := Diff(lines(test.want), lines(test.got)); diff != test.diff {
			t.Errorf("Diff(%s, %s):\n%s", test.want, test.got, diff)
		}
	}
}
