package main

import (
	"math"
	"time"
)

// times counts how long requests took, to 2 percent.
type times struct {
	count   int
	buckets [1024]int
}

// steps is how many buckets there are from a time to its double.
const steps = 32

func (t *times) note(d time.Duration) {
	i := int(steps * math.Log2(max(1, float64(d.Nanoseconds())/1000)))
	t.buckets[min(i, len(t.buckets)-1)]++
	t.count++
}

func (t *times) add(u *times) {
	t.count += u.count
	for i, n := range u.buckets {
		t.buckets[i] += n
	}
}

// quantile returns the microseconds that a part q of the requests took at most.
func (t *times) quantile(q float64) float64 {
	left := int(q * float64(t.count))
	for i, n := range t.buckets {
		if left -= n; left < 0 {
			return math.Exp2(float64(i+1) / steps)
		}
	}
	return math.Exp2(float64(len(t.buckets)) / steps)
}
