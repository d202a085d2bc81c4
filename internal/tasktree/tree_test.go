package tasktree_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async/internal/tasktree"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// workers returns n tasks that wait, numbered from first on.
func workers(first, n int) (all []*tasktree.TaskNode) {
	for i := first; i < first+n; i++ {
		all = append(all, &tasktree.TaskNode{
			ID: uint64(i), Name: fmt.Sprintf("Task-%d", i), Function: "work", State: tasktree.Waits,
			Awaits: "a timer", Waited: time.Duration(i) * time.Second, Started: "main.go:12", By: "main",
		})
	}
	return all
}

func draw(nodes ...*tasktree.TaskNode) string {
	var b strings.Builder
	tasktree.Draw(&b, nodes)
	return b.String()
}

func TestDrawFoldsSiblingsThatAreAlike(t *testing.T) {
	main := &tasktree.TaskNode{ID: 1, Name: "main", Function: "main", State: tasktree.Runs}
	main.Children = workers(2, 1000)
	main.Children[500].State = tasktree.Ready
	require.Equal(t, `main (main) runs
├─ 999 × Task-2 … Task-1001 (work) waits for a timer (2s to 16m41s), started at main.go:12 by main
└─ Task-502 (work) is ready, started at main.go:12 by main
`, draw(main))
}

func TestDrawFoldsWhatIsBelowSiblingsThatAreAlike(t *testing.T) {
	parents := workers(1, 3)
	for i, p := range parents {
		p.Awaits = fmt.Sprintf("Task-%d", 10+i)
		p.Children = workers(10+i, 1)
		p.Children[0].By = p.Name
	}
	require.Equal(t, `3 × Task-1 … Task-3 (work) waits for Task-10 … Task-12 (1s to 3s), started at main.go:12 by main
└─ 3 × Task-10 … Task-12 (work) waits for a timer (10s to 12s), started at main.go:12 by Task-1 … Task-3
`, draw(parents...))
}

func TestDrawKeepsApartWhatDiffersBelow(t *testing.T) {
	parents := workers(1, 3)
	parents[1].Children = workers(10, 1)
	require.Equal(t, 4, strings.Count(draw(parents...), "\n"))
}

func TestDrawKeepsTwoSiblingsApartInTheirOrder(t *testing.T) {
	all := workers(1, 2)
	other := &tasktree.TaskNode{Name: "other", Function: "f", State: tasktree.Ready}
	require.Equal(t, []string{"Task-1", "other", "Task-2"}, firstNames(tasktree.NewFolding().Fold([]*tasktree.TaskNode{all[0], other, all[1]})))
}

func TestFoldTellsNamesApartThatDifferInMoreThanNumbers(t *testing.T) {
	all := workers(1, 3)
	for i, name := range []string{"left", "right", "middle"} {
		all[i].Name = name
	}
	require.Equal(t, []string{"left", "right", "middle"}, firstNames(tasktree.NewFolding().Fold(all)))
}

func firstNames(groups []tasktree.Group) (names []string) {
	for _, g := range groups {
		names = append(names, g.Nodes[0].Name)
	}
	return names
}

func TestBuildPutsEachBelowItsParentThatIsThere(t *testing.T) {
	all := workers(1, 4)
	roots := tasktree.Build(all, func(i int) uint64 { return []uint64{0, 1, 1, 99}[i] })
	require.Equal(t, []*tasktree.TaskNode{all[0], all[3]}, roots)
	require.Equal(t, []*tasktree.TaskNode{all[1], all[2]}, all[0].Children)
}

func TestDrawOfADeepTreeIsBounded(t *testing.T) {
	all := workers(1, 10_000)
	text := draw(tasktree.Build(all, func(i int) uint64 { return uint64(i) })...)
	require.Equal(t, 32, strings.Count(text, "\n"))
	require.Contains(t, text, "└─ 9969 tasks further below\n")
}

func TestTreeTellsOfSlowStepsAndCycles(t *testing.T) {
	tree := tasktree.Tree{Tasks: 1, SlowSteps: 2, Roots: workers(1, 1), Cycles: []string{"a waits for a"}}
	require.Equal(t, `1 tasks, 2 slow steps
Task-1 (work) waits for a timer (1s), started at main.go:12 by main
cycle: a waits for a
`, tree.String())
}

func TestTreeTellsWhatHoldsTheBaton(t *testing.T) {
	tree := tasktree.Tree{Tasks: 1, Roots: workers(1, 1)}
	tree.Holder = &tasktree.TaskHolder{Task: "Task-1", For: time.Second, Stack: []string{"main.work (main.go:7)"}}
	require.Equal(t, `1 tasks
the loop does not answer: Task-1 holds the baton, for 1s now
    main.work (main.go:7)
Task-1 (work) waits for a timer (1s), started at main.go:12 by main
`, tree.String())
}

func TestTreeMarshalsEachTaskByItself(t *testing.T) {
	all := workers(1, 4)
	tree := tasktree.Tree{Tasks: 4, Roots: tasktree.Build(all, func(i int) uint64 { return 1 })}
	data, err := json.Marshal(tree)
	require.NoError(t, err)
	require.Contains(t, string(data), `{"tasks":4,"roots":[{"id":1,"name":"Task-1","function":"work","state":"waits","awaits":"a timer","waitedNs":1000000000,"started":"main.go:12","by":"main","children":[{"id":2,`)
	var again tasktree.Tree
	require.NoError(t, json.Unmarshal(data, &again))
	require.Equal(t, tree, again)
}
