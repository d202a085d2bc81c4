package sched

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// timerModel is what the heap of timers does, by a sorted list.
type timerModel []*modelTimer

type modelTimer struct {
	when time.Duration
	seq  int
	item *item
}

func (m *timerModel) add(x *modelTimer) {
	*m = append(*m, x)
	slices.SortFunc(*m, func(a, b *modelTimer) int {
		if a.when != b.when {
			return int(a.when - b.when)
		}
		return a.seq - b.seq
	})
}

func TestTimersAreDueByTimeThenByTheOrderTheyWereSet(t *testing.T) {
	r := random(t)
	for range 20 {
		var h timers
		var m timerModel
		var idle []*item
		now := time.Duration(0)
		many := 1 + r.IntN(500)
		for n := range 5000 {
			switch {
			case r.IntN(3) == 0 && len(m) > 0: // stop one
				i := r.IntN(len(m))
				x := m[i].item
				require.True(t, h.stop(&x.timer))
				require.False(t, h.stop(&x.timer))
				m = slices.Delete(m, i, i+1)
				idle = append(idle, x)
			case r.IntN(4) == 0: // let time pass
				now += time.Duration(r.IntN(5))
				for len(m) > 0 && m[0].when <= now {
					owner, ok := h.due(now)
					require.True(t, ok)
					require.Same(t, m[0].item, owner)
					require.False(t, h.stop(owner.Timer()), "it is not set any more")
					idle, m = append(idle, m[0].item), m[1:]
				}
				_, ok := h.due(now)
				require.False(t, ok)
			case len(m) < many: // set one, that was set before or not
				x := &item{n: n}
				if len(idle) > 0 && r.IntN(2) == 0 {
					x, idle = idle[0], idle[1:]
				}
				when := now + time.Duration(r.IntN(20)) - 2
				h.set(x, when)
				m.add(&modelTimer{when, n, x})
			}
			when, ok := h.next()
			require.Equal(t, len(m) > 0, ok)
			if ok {
				require.Equal(t, m[0].when, when)
			}
			require.LessOrEqual(t, len(h.heap), 2*len(m)+70, "stopped timers are not kept for long")
		}
	}
}

func TestTimersComeOutInOrder(t *testing.T) {
	r := random(t)
	var h timers
	const n = 100_000
	items := make([]item, n)
	for i := range items {
		h.set(&items[i], time.Duration(r.IntN(n)))
	}
	last := time.Duration(0)
	for range n {
		when, ok := h.next()
		require.True(t, ok && when >= last)
		last = when
		_, _ = h.due(when)
	}
	_, ok := h.next()
	require.False(t, ok)
}
