package sched

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadyQueueIsFirstInFirstOut(t *testing.T) {
	r := random(t)
	var q ring
	var model []*item
	for n := range 100_000 {
		if r.IntN(1000) < 501 { // so that it grows, slowly
			x := &item{n: n}
			q.push(x)
			model = append(model, x)
		} else if len(model) > 0 {
			require.Same(t, model[0], q.peek())
			require.Same(t, model[0], q.pop())
			model = model[1:]
		}
		if r.IntN(5000) == 0 {
			for len(model) > 0 {
				require.Same(t, model[0], q.pop())
				model = model[1:]
			}
			q.clear()
		}
		require.Equal(t, len(model), q.len())
	}
}

func TestReadyQueueGrowsWhereverItsHeadStands(t *testing.T) {
	for head := range 130 {
		var q ring
		for i := range head {
			q.push(&item{n: i})
			q.pop()
		}
		for i := range 300 {
			q.push(&item{n: i})
		}
		for i := range 300 {
			require.Equal(t, i, q.pop().(*item).n)
		}
		require.Zero(t, q.len())
	}
}

func TestReadyQueueForgetKeepsNothingAlive(t *testing.T) {
	var q ring
	for i := range 100 {
		q.push(&item{n: i})
	}
	for range 100 {
		q.pop()
	}
	q.clear()
	for _, slot := range q.slots {
		require.Nil(t, slot)
	}
}

func TestReadyQueueBringsAnEntryToTheFront(t *testing.T) {
	r := random(t)
	var q ring
	var model []Entry
	for n := range 1000 {
		x := &item{n: n}
		q.push(x)
		model = append(model, x)
		if i := r.IntN(len(model)); r.IntN(3) > 0 {
			q.bring(i)
			require.Same(t, model[i], q.pop())
			model = append(model[:i], model[i+1:]...)
		}
		require.Equal(t, model, append([]Entry{}, q.appendTo(nil)...))
	}
}
