package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/benchmarks/internal/measure"
)

// taking returns rounds in which ours takes these nanoseconds and the peer 100,
// and counts how many were taken.
func taking(taken *int, allocs float64, ns ...float64) func() (measure.Round, error) {
	return func() (measure.Round, error) {
		*taken++
		ours := measure.Sample{measure.Time: ns[*taken-1], measure.Allocs: allocs}
		return measure.Round{measure.Ours: ours, "peer": {measure.Time: 100}}, nil
	}
}

func TestCheckHoldsInTheBestRound(t *testing.T) {
	c := check{"w", 1, "peer", 1.5}
	for name, test := range map[string]struct {
		allocs float64
		ns     []float64
		taken  int
		err    string
	}{
		"at once":            {1.04, []float64{150}, 1, ""},
		"after disturbances": {1, []float64{900, 151, 90}, 3, ""},
		"never":              {1, []float64{200, 200, 160, 200, 200, 200, 200}, tries, "slower"},
		"more allocations":   {1.1, []float64{90, 90, 90, 90, 90, 90, 90}, tries, "more than 1"},
		"fewer allocations":  {0.9, []float64{90}, 1, "mend the check"},
	} {
		t.Run(name, func(t *testing.T) {
			taken := 0
			verdict, err := c.try(taking(&taken, test.allocs, test.ns...))
			require.Equal(t, test.taken, taken)
			if test.err == "" {
				require.NoError(t, err)
				require.Contains(t, verdict, ": held")
				return
			}
			require.ErrorContains(t, err, test.err)
			require.Contains(t, verdict, "LOST")
		})
	}
}

func TestCheckOfARunnerThatFailsIsLost(t *testing.T) {
	broken := errors.New("exit status 1")
	_, err := (&check{"w", 0, "peer", 1}).try(func() (measure.Round, error) { return nil, broken })
	require.ErrorIs(t, err, broken)
}

func TestChecksNameWorkloadsAndPeers(t *testing.T) {
	for _, c := range checks {
		w, err := c.find()
		require.NoError(t, err)
		require.Len(t, w.Runners, 2, "%s has no %s", c.workload, c.peer)
	}
}
