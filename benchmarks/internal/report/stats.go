package report

import "slices"

// median returns the middle of values, 0 if there are none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	i := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[i]
	}
	return (sorted[i-1] + sorted[i]) / 2
}

// least returns the smallest of values, 0 if there are none.
func least(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	return slices.Min(values)
}

// quartiles returns what a quarter of values lie below and a quarter above,
// nil if there are none.
func quartiles(values []float64) []float64 {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	quarter := len(sorted) / 4
	return []float64{sorted[quarter], sorted[len(sorted)-1-quarter]}
}
