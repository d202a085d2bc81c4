package sched

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListMayBeLeftByAnyEntry(t *testing.T) {
	r := random(t)
	var l List
	var model []*Link
	links := make([]Link, 50)
	for i := range links {
		links[i] = NewLink(&item{n: i})
	}
	for range 20_000 {
		k := &links[r.IntN(len(links))]
		if i := slices.Index(model, k); i >= 0 {
			require.True(t, l.Remove(k))
			model = slices.Delete(model, i, i+1)
		} else {
			require.False(t, l.Remove(k))
			l.Push(k)
			model = append(model, k)
		}
		var all []*Link
		for k := l.First(); k != nil; k = l.After(k) {
			all = append(all, k)
		}
		require.True(t, slices.Equal(model, all))
	}
}

func TestListOfTasksIsInTheOrderTheyWereStarted(t *testing.T) {
	r := random(t)
	var roll taskList
	var model []*Task
	for range 20_000 {
		if r.IntN(2) == 0 || len(model) == 0 {
			x := new(Task)
			roll.push(x)
			model = append(model, x)
		} else {
			i := r.IntN(len(model))
			roll.remove(model[i])
			model = slices.Delete(model, i, i+1)
		}
		if r.IntN(20) == 0 {
			require.True(t, slices.Equal(model, roll.all()))
		}
	}
	for len(model) > 0 {
		require.Same(t, model[0], roll.first)
		roll.remove(model[0])
		model = model[1:]
	}
	require.Nil(t, roll.first)
	require.Empty(t, roll.all())
}
