package explore

import (
	"fmt"
	"slices"
	"strings"
)

// coverage is which waits of tasks there were, as they begin and as they end,
// and in which of them the task was canceled.
type coverage map[departure]bool

// see adds what an execution had, and took. The waits are known of those only
// that note where they could have departed.
func (c coverage) see(x *execution) {
	for _, p := range x.points {
		if d := p.departure; d.isCancel() && !c[d] {
			c[d] = false
		}
	}
	for _, d := range x.took {
		if d.isCancel() {
			c[d] = true
		}
	}
}

// isCancel reports whether d is a cancellation. Before a task's first step both
// kinds are the same, of which one counts.
func (d departure) isCancel() bool {
	return d.kind == cancelEarly || d.kind == cancelLate && d.nth > 0
}

// neverShown is how many waits without a cancellation are listed.
const neverShown = 5

// String says how many of the waits were canceled, and names some that were
// not.
func (c coverage) String() string {
	var never []string
	for d, tried := range c {
		if !tried {
			never = append(never, d.String())
		}
	}
	slices.Sort(never)
	total := len(c)
	text := fmt.Sprintf("canceled at %d of %d places", total-len(never), total)
	if len(never) > 0 {
		text += ", never at " + strings.Join(never[:min(len(never), neverShown)], " ")
	}
	if len(never) > neverShown {
		text += " ..."
	}
	return text
}
