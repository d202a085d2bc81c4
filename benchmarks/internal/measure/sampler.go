package measure

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// A Round is one sample of each runner, by the runner's name.
type Round map[string]Sample

// A Sampler measures runners, each sample in a new process, so that none finds
// a heap, goroutines or stacks that another left behind.
type Sampler struct {
	self      string
	python    string
	benchtime time.Duration
}

// NewSampler returns a Sampler that measures for benchtime at a time. Without
// a python it leaves the runners written in Python out.
func NewSampler(python string, benchtime time.Duration) (*Sampler, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return &Sampler{self: self, python: python, benchtime: benchtime}, nil
}

// Rounds measures every runner of w count times. The runners take turns, and
// each round starts with another one: what disturbs the machine for a while
// disturbs them alike.
func (s *Sampler) Rounds(w Workload, count int) ([]Round, error) {
	rounds := make([]Round, count)
	for i := range rounds {
		rounds[i] = Round{}
		for j := range w.Runners {
			r := w.Runners[(i+j)%len(w.Runners)]
			if r.Program != nil && s.python == "" {
				continue
			}
			sample, err := s.take(w, r)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.Name, err)
			}
			rounds[i][r.Name] = sample
		}
	}
	return rounds, nil
}

// take takes one sample.
func (s *Sampler) take(w Workload, r Runner) (Sample, error) {
	cmd := s.command(w, r)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var sample Sample
	if err := json.Unmarshal(out, &sample); err != nil {
		return nil, err
	}
	if sample[Time] <= 0 {
		return nil, errors.New("it took no time")
	}
	return sample, nil
}

// command returns the process that measures r and prints a Sample as JSON.
func (s *Sampler) command(w Workload, r Runner) *exec.Cmd {
	if r.Program != nil {
		return r.Program.command(s.python, s.benchtime)
	}
	return exec.Command(s.self, "-sample", w.Name+"/"+r.Name, "-benchtime", s.benchtime.String())
}
