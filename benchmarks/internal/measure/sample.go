package measure

import (
	"flag"
	"fmt"
	"testing"
	"time"
)

// A Sample is what one measurement found.
type Sample map[Metric]float64

// Once measures a runner written in Go in this process, for d or a little
// longer. It panics if the runner gives up.
func Once(w Workload, r Runner, d time.Duration) Sample {
	if r.Once != nil {
		return r.Once()
	}
	testing.Init()
	if err := flag.Set("test.benchtime", d.String()); err != nil {
		panic(err)
	}
	res := testing.Benchmark(r.Body)
	if res.N == 0 {
		panic(fmt.Sprintf("benchmarks: %s/%s failed", w.Name, r.Name))
	}
	ops := w.Count(res.N)
	s := Sample{
		Time:   float64(res.T.Nanoseconds()) / ops,
		Allocs: float64(res.MemAllocs) / ops,
		Bytes:  float64(res.MemBytes) / ops,
	}
	for unit, value := range res.Extra {
		s[Metric(unit)] = value
	}
	return s
}
