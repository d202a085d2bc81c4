package monitor

import (
	"math/bits"
	"time"
)

// Add counts d.
func (h *Histogram) Add(d time.Duration) {
	h.Buckets[bucket(d)]++
	h.Count++
	h.Sum += d
	h.Max = max(h.Max, d)
}

// bucket returns the index of the bucket of d.
func bucket(d time.Duration) int {
	n := bits.Len64(uint64(max(0, d)/time.Microsecond)) - 1
	return min(max(0, n), len(Histogram{}.Buckets)-1)
}

// Bound returns the least duration that bucket i counts; 0 for the first.
func (h *Histogram) Bound(i int) time.Duration {
	if i == 0 {
		return 0
	}
	return time.Microsecond << i
}

// Quantile returns a duration that the share q of what was counted does not
// exceed: the upper bound of a bucket, or the maximum; 0 if nothing was.
func (h *Histogram) Quantile(q float64) time.Duration {
	var seen float64
	for i, n := range h.Buckets {
		if seen += float64(n); n > 0 && seen >= q*float64(h.Count) {
			return min(h.Max, h.Bound(i+1))
		}
	}
	return h.Max
}
