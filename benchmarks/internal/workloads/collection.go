package workloads

import (
	"context"
	"fmt"
	"iter"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

// collection: the garbage collector has to look at each suspended task in each
// of its cycles. What shortens that is a larger heap between them.
var collection = measure.Workload{
	Name: "gc-1m",
	About: fmt.Sprintf("A million tasks are suspended while another allocates %d GiB, a KiB at a time, and yields in between. "+
		"An operation is one such KiB. Beside it, the same with as many goroutines, coroutines and none, and with other settings.", garbage>>30),
	Ops:    garbage >> 10,
	Rounds: 3,
	Runners: []measure.Runner{
		{Name: "async", Once: func() measure.Sample { return collect(100, math.MaxInt64, suspendedTasks) }},
		{Name: "go", Once: func() measure.Sample { return collect(100, math.MaxInt64, suspendedGoroutines) }},
		{Name: "iterpull", Once: func() measure.Sample { return collect(100, math.MaxInt64, suspendedCoroutines) }},
		{Name: "no tasks", Once: func() measure.Sample { return collect(100, math.MaxInt64, suspendedNone) }},
		{Name: "GOGC=50", Once: func() measure.Sample { return collect(50, math.MaxInt64, suspendedTasks) }},
		{Name: "GOGC=200", Once: func() measure.Sample { return collect(200, math.MaxInt64, suspendedTasks) }},
		{Name: "GOGC=off GOMEMLIMIT=8GiB", Once: func() measure.Sample { return collect(-1, 8<<30, suspendedTasks) }},
	},
}

const garbage = 8 << 30

// collect measures the collector while one task allocates, and many are
// suspended.
func collect(percent int, limit int64, suspend func(ctx context.Context, n int) (release func())) (s measure.Sample) {
	debug.SetGCPercent(percent)
	debug.SetMemoryLimit(limit)
	run(func(ctx context.Context) error {
		release := suspend(ctx, million)
		must(async.Yield(ctx))
		s = collectorDuring(func() { allocate(ctx) })
		release()
		return nil
	})
	return s
}

// allocate makes garbage, and shares the loop as a task does.
func allocate(ctx context.Context) {
	for i := range garbage >> 10 {
		sink = make([]byte, 1<<10)
		sink[0] = 1 // or the pages would never be there
		if i%16 == 0 {
			must(async.Yield(ctx))
		}
	}
	runtime.KeepAlive(sink)
}

// sink keeps what is allocated from being left out.
var sink []byte

// collectorDuring measures the collector while f runs. The runtime adds up the
// seconds of CPU when a cycle ends, so the shares are those until the last.
func collectorDuring(f func()) measure.Sample {
	runtime.GC()
	before, start := readCollector(), time.Now()
	f()
	took, after := time.Since(start), readCollector()
	s := measure.Sample{
		measure.Time:   float64(took.Nanoseconds()) / float64(garbage>>10),
		measure.Cycles: float64(after.cycles - before.cycles),
		measure.Pause:  1e6 * longest(before.pauses, after.pauses),
		measure.Peak:   float64(peakBytes()) / (1 << 20),
	}
	if cpu := after.busy() - before.busy(); after.cycles > before.cycles {
		s[measure.GCShare] = 100 * (after.total - before.total - (after.idle - before.idle)) / cpu
		s[measure.Assist] = 100 * (after.assist - before.assist) / cpu
	}
	return s
}

// A collector is what the runtime counts of the collector: seconds of CPU,
// cycles and pauses.
type collector struct {
	user, total, assist, idle, scavenge float64
	cycles                              uint64
	pauses                              *metrics.Float64Histogram
}

// busy returns the seconds of CPU that somebody used.
func (c *collector) busy() float64 { return c.user + c.total - c.idle + c.scavenge }

func readCollector() *collector {
	samples := []metrics.Sample{
		{Name: "/cpu/classes/user:cpu-seconds"},
		{Name: "/cpu/classes/gc/total:cpu-seconds"},
		{Name: "/cpu/classes/gc/mark/assist:cpu-seconds"},
		{Name: "/cpu/classes/gc/mark/idle:cpu-seconds"},
		{Name: "/cpu/classes/scavenge/total:cpu-seconds"},
		{Name: "/gc/cycles/total:gc-cycles"},
		{Name: "/sched/pauses/total/gc:seconds"},
	}
	metrics.Read(samples)
	value := func(i int) float64 { return samples[i].Value.Float64() }
	return &collector{value(0), value(1), value(2), value(3), value(4), samples[5].Value.Uint64(), samples[6].Value.Float64Histogram()}
}

// longest returns the upper bound of the longest pause that after has beyond
// before.
func longest(before, after *metrics.Float64Histogram) float64 {
	for i := len(after.Counts) - 1; i >= 0; i-- {
		if after.Counts[i] > before.Counts[i] {
			return after.Buckets[i+1]
		}
	}
	return 0
}

func suspendedTasks(ctx context.Context, n int) (release func()) {
	tasks := startAll(ctx, n, forever)
	return func() {
		for _, task := range tasks {
			task.Cancel()
		}
	}
}

func suspendedGoroutines(_ context.Context, n int) (release func()) {
	var all sync.WaitGroup
	never := make(chan struct{})
	for range n {
		all.Go(func() { <-never })
	}
	return func() {
		close(never)
		all.Wait()
	}
}

func suspendedCoroutines(_ context.Context, n int) (release func()) {
	ring := make([]func() (struct{}, bool), n)
	for i := range ring {
		ring[i], _ = iter.Pull(suspendOnce)
		ring[i]()
	}
	return func() {
		for _, next := range ring {
			next()
		}
	}
}

func suspendedNone(context.Context, int) (release func()) { return func() {} }
