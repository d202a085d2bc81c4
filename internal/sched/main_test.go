package sched

import (
	"math/rand/v2"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// random is a source of chance whose seed the test prints if it fails.
func random(t *testing.T) *rand.Rand {
	seed := rand.Uint64()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// item is an entry that differs from others by its number.
type item struct {
	n     int
	timer Timer
}

func (i *item) Fire()         {}
func (i *item) Timer() *Timer { return &i.timer }
