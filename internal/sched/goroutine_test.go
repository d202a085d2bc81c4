package sched

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGoroutinesKnowWhichOfThemHaveEnteredAndNotLeft(t *testing.T) {
	g := newGoroutines()
	var turn sync.Mutex // they enter and leave one at a time, and ask at any
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			mine := &coro{}
			for range 20 {
				_, found := g.find(self())
				require.False(t, found)
				turn.Lock()
				g.enter(mine)
				turn.Unlock()
				co, found := g.find(self())
				require.True(t, found)
				require.Same(t, mine, co)
				if i%3 == 0 {
					continueInPlace(g, &turn)
				}
				turn.Lock()
				g.leave()
				turn.Unlock()
			}
		})
	}
	all.Wait()
	require.LessOrEqual(t, len(*g.slots.Load()), 4096)
}

// continueInPlace leaves and enters again.
func continueInPlace(g *goroutines, turn *sync.Mutex) {
	turn.Lock()
	defer turn.Unlock()
	co, _ := g.find(self())
	g.leave()
	g.enter(co)
}

func TestOriginsFindTheUsersCallAndRemember(t *testing.T) {
	var o origins
	var places []string
	for range 2 {
		places = append(places, positionOf(o.find()))
	}
	require.Regexp(t, `^goroutine_test.go:\d+$`, places[0])
	require.Equal(t, places[0], places[1])
	require.NotEmpty(t, o.known)
}
