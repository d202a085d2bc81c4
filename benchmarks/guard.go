package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/internal/workloads"
)

// A check is what must not be lost of a workload: what an operation allocates,
// exactly, and how its time compares with the peer's, so loosely that a busy
// machine keeps it: at twice what a quiet one has, or more.
type check struct {
	workload string
	allocs   float64
	peer     string
	atMost   float64
}

var checks = []check{
	{"yield-2", 0, "iterpull", 2},
	{"yield-1000", 0, "iterpull", 2.5},
	{"yield-100k", 0, "iterpull", 2},
	{"spawn-await", 1, "go+chan", 2},
	{"gather-1000", 2, "errgroup", 1.5},
	{"group-1000", 1, "errgroup", 2},
	{"lock", 0, "sync.Mutex", 1.5},
	{"lock-contended-10", 0, "sync.Mutex", 3},
	{"queue-1", 0, "unbuffered chan", 3},
	{"queue-1000", 0, "buffered chan", 1.5},
	{"set-result", 2, "chan", 1.5},
	{"tothread", 0, "go+chan", 5},
}

// tries is how many rounds a check has to hold in one of.
const tries = 7

// doGuard checks all, and returns an error if one is lost.
func (o *options) doGuard(out io.Writer) error {
	sampler, err := measure.NewSampler(nil, o.benchtime)
	if err != nil {
		return err
	}
	lost := 0
	for _, c := range checks {
		w, err := c.find()
		if err != nil {
			return err
		}
		verdict, err := c.try(func() (measure.Round, error) {
			rounds, failed, err := sampler.Rounds(w, 1)
			return rounds[0], errors.Join(err, failed[c.peer])
		})
		if err != nil {
			lost++
		}
		fmt.Fprintf(out, "%-20s %s\n", c.workload, verdict)
	}
	if lost > 0 {
		return fmt.Errorf("%d of %d checks are lost: what did the last change do?", lost, len(checks))
	}
	return nil
}

// find returns the workload with ours and the peer.
func (c *check) find() (measure.Workload, error) {
	all := workloads.All()
	i := slices.IndexFunc(all, func(w measure.Workload) bool { return w.Name == c.workload })
	if i < 0 {
		return measure.Workload{}, fmt.Errorf("no workload is called %q", c.workload)
	}
	return all[i].Only(measure.Ours + "," + c.peer), nil
}

// try takes rounds until the best of them holds. It returns what it found, and
// an error if none held.
func (c *check) try(round func() (measure.Round, error)) (verdict string, err error) {
	allocs, best := math.Inf(1), math.Inf(1)
	for range tries {
		samples, err := round()
		if err != nil {
			return err.Error(), err
		}
		ours, theirs := samples[measure.Ours], samples[c.peer]
		allocs = min(allocs, math.Round(10*ours[measure.Allocs])/10)
		best = min(best, ours[measure.Time]/theirs[measure.Time])
		if allocs <= c.allocs && best <= c.atMost {
			break
		}
	}
	verdict = fmt.Sprintf("%g allocs/op, %.2fx %s (at most %.2fx)", allocs, best, c.peer, c.atMost)
	switch {
	case allocs > c.allocs:
		err = fmt.Errorf("more than %g allocs/op", c.allocs)
	case allocs < c.allocs:
		err = fmt.Errorf("fewer than %g allocs/op: mend the check", c.allocs)
	case best > c.atMost:
		err = errors.New("slower")
	default:
		return verdict + ": held", nil
	}
	return verdict + ": LOST, " + err.Error(), err
}
