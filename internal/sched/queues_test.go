package sched

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// numbered is an entry and a timer's owner that only has a number.
type numbered struct {
	n     int
	timer Timer
}

func (*numbered) Fire()           {}
func (x *numbered) Timer() *Timer { return &x.timer }

func TestRingIsFirstInFirstOut(t *testing.T) {
	const seed = 1
	random := rand.New(rand.NewPCG(seed, 0))
	var r ring
	var model []Entry
	for i := range 100_000 {
		if len(model) > 0 && random.IntN(100) < 49 {
			require.Same(t, model[0], r.peek(), "seed %d", seed)
			require.Same(t, model[0], r.pop(), "seed %d", seed)
			model = model[1:]
		} else {
			x := &numbered{n: i}
			r.push(x)
			model = append(model, x)
		}
		require.Equal(t, len(model), r.len())
	}
}

func TestListLetsGoInTheMiddle(t *testing.T) {
	var l List
	links := make([]Link, 5)
	for i := range links {
		links[i] = NewLink(&numbered{n: i})
		l.Push(&links[i])
	}
	require.True(t, l.Remove(&links[2]))
	require.True(t, l.Remove(&links[0]))
	require.True(t, l.Remove(&links[4]))
	require.False(t, l.Remove(&links[4]))
	var left []int
	for k := l.First(); k != nil; k = l.After(k) {
		left = append(left, k.Entry().(*numbered).n)
	}
	require.Equal(t, []int{1, 3}, left)
}

// wanted is a timer as the dumb model keeps it: in a slice, in the order they were set.
type wanted struct {
	when  time.Duration
	owner *numbered
}

// TestTimersFireByDeadlineThenAge compares the heap with a slice that is sorted anew each time.
func TestTimersFireByDeadlineThenAge(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		var h timers
		var model []wanted
		for now := time.Duration(0); now < 2000; now++ {
			for range random.IntN(3) {
				w := wanted{now + time.Duration(random.IntN(50)), new(numbered)}
				h.set(w.owner, w.when)
				model = append(model, w)
			}
			for range random.IntN(2) {
				if len(model) > 0 {
					i := random.IntN(len(model))
					require.True(t, h.stop(&model[i].owner.timer))
					require.False(t, h.stop(&model[i].owner.timer))
					model = slices.Delete(model, i, i+1)
				}
			}
			model = fire(t, &h, model, now)
		}
	}
}

// fire lets what is due come out of both.
func fire(t *testing.T, h *timers, model []wanted, now time.Duration) []wanted {
	slices.SortStableFunc(model, func(a, b wanted) int { return int(a.when - b.when) })
	for owner, ok := h.due(now); ok; owner, ok = h.due(now) {
		require.NotEmpty(t, model)
		require.Same(t, model[0].owner, owner)
		model = model[1:]
	}
	if len(model) > 0 {
		next, ok := h.next()
		require.True(t, ok)
		require.Equal(t, model[0].when, next)
		require.Greater(t, next, now)
	}
	return model
}

func TestStoppedTimersDoNotPileUp(t *testing.T) {
	var h timers
	for range 100_000 {
		x := new(numbered)
		h.set(x, time.Hour)
		h.stop(&x.timer)
	}
	require.Less(t, len(h.heap), 1000)
	_, ok := h.next()
	require.False(t, ok)
}
