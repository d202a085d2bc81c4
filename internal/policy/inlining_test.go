package policy

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// inlined lists, by file, what the compiler has to write into the functions
// there: a few instructions that every suspension, wakeup or free lock goes
// through. Some are within one or two of the inlining budget, so that one more
// field in an expression would lose them without a word.
var inlined = map[string][]string{
	"internal/sched/sleep.go":   {"(*ring).push", "(*Loop).collectPosted"},
	"internal/sched/park.go":    {"(*ring).push", "(*Loop).collectPosted", "Awaiter.beginWait", "(*Task).leaveWait"},
	"internal/sched/await.go":   {"Awaiter.beginWait", "(*Task).leaveWait"},
	"internal/sched/future.go":  {"(*ring).push", "(*Loop).collectPosted"},
	"internal/sched/task.go":    {"(*ring).push", "(*Loop).collectPosted"},
	"internal/sched/suspend.go": {"(*Loop).drive"},
	"internal/sched/run.go":     {"(*ring).peek", "(*Loop).takeFirst", "(*Loop).lookAhead", "(*Loop).relayProbe"},
	"internal/waitq/queue.go":   {"(*Queue).Push", "(*Queue).Remove", "(*Queue).Empty"},
	"primitives/lock.go":        {"waitq.(*Queue).IdleFor", "waitq.(*Queue).WakeFirst"},
}

// inlinable lists what callers in other packages have to be able to inline.
var inlinable = []string{
	"(*Task).Runs", "(*Task).Wake", "(*guard).check", // internal/sched
	"(*Queue).Push", "(*Queue).Remove", "(*Queue).WakeNext", // internal/waitq
	"(*Lock).Release", // primitives
}

var position = regexp.MustCompile(`:\d+:\d+: `)

// TestTheCompilerInlinesWhatEverySuspensionCalls reads the compiler's report.
func TestTheCompilerInlinesWhatEverySuspensionCalls(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the kernel")
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-gcflags=-m", "./internal/sched", "./internal/waitq", "./primitives")
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	said := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		line = position.ReplaceAllString(strings.TrimSpace(line), ": ")
		said[line] = true
		if _, what, ok := strings.Cut(line, ": can inline "); ok {
			said[what] = true
		}
	}
	for file, functions := range inlined {
		for _, function := range functions {
			require.True(t, said[file+": inlining call to "+function], "%s is not inlined in %s: what does go build -gcflags=-m=2 say of its cost?", function, file)
		}
	}
	for _, function := range inlinable {
		require.True(t, said[function], "%s cannot be inlined: what does go build -gcflags=-m=2 say of its cost?", function)
	}
}
