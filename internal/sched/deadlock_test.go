package sched

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// together waits for all of some tasks.
type together []*Task

// Blockers are the tasks.
func (w together) Blockers() []*Task { return w }

func (together) String() string { return "some tasks" }

func TestDeadlockFindsEachCycleOfWaitsOnce(t *testing.T) {
	tasks := make([]*Task, 7)
	for i := range tasks {
		tasks[i] = &Task{id: uint64(i)}
	}
	wait := func(i int, on ...int) {
		var w together
		for _, k := range on {
			w = append(w, tasks[k])
		}
		tasks[i].waiting, tasks[i].waitState = w, suspended
	}
	wait(0, 1)    // leads to a cycle and is in none
	wait(1, 2, 3) // two ways around
	wait(2, 1)
	wait(3, 1, 4)
	wait(5, 6) // 4 and 6 wait for nothing that is known
	var found [][]uint64
	for _, c := range cycles(tasks) {
		var ids []uint64
		for _, task := range c {
			ids = append(ids, task.id)
		}
		found = append(found, ids)
	}
	require.Equal(t, [][]uint64{{1, 2}, {1, 3}}, found)
}

func TestDeadlockOfManyTasksIsOneCycle(t *testing.T) {
	tasks := make([]*Task, 100_000)
	for i := range tasks {
		tasks[i] = new(Task)
	}
	for i, task := range tasks {
		task.waiting, task.waitState = tasks[(i+1)%len(tasks)], suspended
	}
	found := cycles(tasks)
	require.Len(t, found, 1)
	require.Len(t, found[0], len(tasks))
}
