package measure

import (
	"bytes"
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
	commands  map[string]Command
	benchtime time.Duration
}

const (
	long    = 3 * time.Second // a sample that takes longer is taken in
	oneIn   = 3               // every third round only
	tooLong = 3 * time.Minute // and one that takes this long is given up
)

// NewSampler returns a Sampler that measures for benchtime at a time. It leaves
// the programs out for whose tool there is no command.
func NewSampler(commands map[string]Command, benchtime time.Duration) (*Sampler, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return &Sampler{self: self, commands: commands, benchtime: benchtime}, nil
}

// Rounds measures every runner of w count times. The runners take turns, and
// each round starts with another one: what disturbs the machine for a while
// disturbs them alike. A program in another language whose sample takes long is
// measured in every third round only. One that fails is a peer's defeat and
// not the end of the table: its error is in failed, by the runner's name.
func (s *Sampler) Rounds(w Workload, count int) (rounds []Round, failed map[string]error, err error) {
	if w.Rounds > 0 {
		count = min(count, w.Rounds)
	}
	rounds, failed = make([]Round, count), map[string]error{}
	took := map[string]time.Duration{}
	for i := range rounds {
		rounds[i] = Round{}
		for j := range w.Runners {
			r := w.Runners[(i+j)%len(w.Runners)]
			if s.spares(r, i, took[r.Name]) || failed[r.Name] != nil {
				continue
			}
			start := time.Now()
			sample, err := s.take(w, r)
			took[r.Name] = time.Since(start)
			switch {
			case err == nil:
				rounds[i][r.Name] = sample
			case r.Name == Ours:
				return nil, nil, fmt.Errorf("%s: %w", r.Name, err)
			default:
				failed[r.Name] = err
			}
		}
	}
	return rounds, failed, nil
}

// spares reports whether a runner has no sample in the ith round.
func (s *Sampler) spares(r Runner, i int, took time.Duration) bool {
	if r.Program == nil {
		return false
	}
	return s.commands[r.Program.Tool] == nil || took > long && i%oneIn != 0
}

// take takes one sample.
func (s *Sampler) take(w Workload, r Runner) (Sample, error) {
	cmd := s.command(w, r)
	out, err := output(cmd)
	if err != nil {
		return nil, err
	}
	var sample Sample
	if err := json.Unmarshal(out, &sample); err != nil {
		return nil, err
	}
	if time, ok := sample[Time]; ok && time <= 0 || len(sample) == 0 {
		return nil, errors.New("it took no time")
	}
	return sample, nil
}

// output runs a process and returns what it prints, or an error when it takes
// too long.
func output(cmd *exec.Cmd) ([]byte, error) {
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	limit := time.AfterFunc(tooLong, func() { _ = cmd.Process.Kill() })
	defer limit.Stop()
	err := cmd.Wait()
	return out.Bytes(), err
}

// command returns the process that measures r and prints a Sample as JSON.
func (s *Sampler) command(w Workload, r Runner) *exec.Cmd {
	if r.Program != nil {
		return s.commands[r.Program.Tool](r.Program, s.benchtime)
	}
	return exec.Command(s.self, "-sample", w.Name+"/"+r.Name, "-benchtime", s.benchtime.String())
}
