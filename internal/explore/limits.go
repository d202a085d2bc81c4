package explore

import (
	"fmt"

	"github.com/gobaton/async/internal/sched"
)

// limits say when a schedule becomes fair, and when it counts as endless. A
// task that is ready and never runs is the fault of the schedule; one that runs
// again and again, while all others have their turns, the program's.
type limits struct {
	patience int // how many steps, without that a task ends, before it is fair
	most     int // how many before it is endless
	last     int // the step at which a task ended last
	longest  int // how many steps there were between two ends
}

// total is how many times the limit of an endless schedule a schedule takes at
// most, though tasks end in it.
const total = 100

// progressed notes that a task has ended.
func (x *execution) progressed() {
	x.longest = max(x.longest, x.steps-x.last)
	x.last = x.steps
}

// isFair reports whether the order has to be asyncio's, so that every task has
// its turn: no task has ended for long.
func (x *execution) isFair() bool { return x.steps-x.last > x.patience }

// exhausted reports whether the schedule counts as endless.
func (x *execution) exhausted() bool {
	return x.steps-x.last > x.most || x.steps > total*x.most
}

// giveUp ends a schedule that counts as endless, or whose tasks do not end
// although they are canceled.
func (x *execution) giveUp() int {
	x.stuck = true
	if x.over {
		x.Loop.Kill()
		x.progressed()
	}
	return sched.Halt
}

// endless says that the schedule does not end.
func (x *execution) endless() string {
	if x.steps > total*x.most {
		return fmt.Sprintf("not over after %d steps, though tasks end: do they start others without end? (see Explorer.MaxSteps)\n%s", x.steps, x.Loop.Tree().String())
	}
	return fmt.Sprintf("not over after %d steps without the end of a task, %d of them in asyncio's order, which lets every task run (see Explorer.MaxSteps)\n%s",
		x.most, max(0, x.most-x.patience), x.Loop.Tree().String())
}
