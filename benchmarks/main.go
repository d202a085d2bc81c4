// Command benchmarks compares the library with what else would do the same
// work: the bare runtime, the usual Go packages, CPython's asyncio, uvloop,
// Node and tokio.
//
// Every sample is taken in a process of its own, and a workload's runners take
// turns, so that a ratio compares what ran side by side.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/internal/report"
	"github.com/gobaton/async/benchmarks/internal/workloads"
	"github.com/gobaton/async/benchmarks/peers"
)

// options are the command's flags.
type options struct {
	run       string
	rounds    int
	benchtime time.Duration
	limit     time.Duration
	runners   string
	format    string
	python    string
	sample    string
	report    bool
	keep      bool
	root      string
	guard     bool
	command   string // what was typed
}

func main() {
	opts, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = opts.do(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchmarks:", err)
		os.Exit(1)
	}
}

func parse(args []string) (*options, error) {
	opts := &options{}
	flags := flag.NewFlagSet("benchmarks", flag.ContinueOnError)
	flags.StringVar(&opts.run, "run", "", "only the workloads whose name matches this `regexp`")
	flags.IntVar(&opts.rounds, "rounds", 9, "how many samples of each runner")
	flags.DurationVar(&opts.benchtime, "benchtime", 50*time.Millisecond, "how long a sample runs at least")
	flags.DurationVar(&opts.limit, "limit", 0, "after which time what is left is measured in three rounds (0: none)")
	flags.StringVar(&opts.runners, "runners", "", "only these runners, a comma-separated `list`")
	flags.StringVar(&opts.format, "format", "text", "text, md or json")
	flags.StringVar(&opts.python, "python", "", "the CPython to compare with (the newest found, if empty)")
	flags.StringVar(&opts.sample, "sample", "", "take one sample of `workload/runner` in this process and print it as JSON")
	flags.BoolVar(&opts.report, "report", false, "write docs/benchmarks.md, its charts and README.md's table")
	flags.BoolVar(&opts.keep, "keep", false, "with -report: take what is not measured from the last -report")
	flags.StringVar(&opts.root, "root", "..", "with -report: the `folder` that docs/ and README.md lie in")
	flags.BoolVar(&opts.guard, "guard", false, "check allocations, and ratios loosely; fail if one is lost")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	opts.command = command(flags)
	if opts.rounds < 1 {
		return nil, errors.New("-rounds must be at least 1")
	}
	return opts, nil
}

// do takes one sample or, without -sample, measures and writes what is asked
// for.
func (o *options) do(out io.Writer) error {
	switch {
	case o.sample != "":
		return o.takeSample(out)
	case o.guard:
		return o.doGuard(out)
	}
	write, err := report.Format(o.format)
	if err != nil {
		return err
	}
	chosen, err := o.chosen()
	if err != nil {
		return err
	}
	rep, err := o.measureAll(chosen)
	if err != nil {
		return err
	}
	if o.report {
		return o.writeReport(out, rep)
	}
	return write(out, rep)
}

// takeSample takes one sample; the command runs it in a new process.
func (o *options) takeSample(out io.Writer) error {
	name, runner, _ := strings.Cut(o.sample, "/")
	for _, w := range workloads.All() {
		if r, ok := w.Runner(runner); ok && w.Name == name && r.Program == nil {
			return json.NewEncoder(out).Encode(measure.Once(w, r, o.benchtime))
		}
	}
	return fmt.Errorf("nothing written in Go is called %q", o.sample)
}

// chosen returns the workloads and runners that the flags leave.
func (o *options) chosen() ([]measure.Workload, error) {
	pattern, err := regexp.Compile(o.run)
	if err != nil {
		return nil, err
	}
	var chosen []measure.Workload
	for _, w := range workloads.All() {
		if w = w.Only(o.runners); pattern.MatchString(w.Name) && len(w.Runners) > 0 {
			chosen = append(chosen, w)
		}
	}
	if chosen == nil {
		return nil, errors.New("no workload is left: see -run and -runners")
	}
	return chosen, nil
}

// measureAll measures one workload after the other.
func (o *options) measureAll(chosen []measure.Workload) (*report.Report, error) {
	start := time.Now()
	tools, remove := peers.Find(chosen, o.python)
	defer remove()
	defer onInterrupt(remove)()
	sampler, err := measure.NewSampler(peers.Commands(tools), o.benchtime)
	if err != nil {
		return nil, err
	}
	rep := report.New(tools, o.rounds, o.benchtime)
	for i, w := range chosen {
		count := o.rounds
		if o.limit > 0 && time.Since(start) > o.limit {
			count = min(count, 3)
		}
		fmt.Fprintf(os.Stderr, "%v %d/%d %s\n", time.Since(start).Round(time.Second), i+1, len(chosen), w.Name)
		rounds, failed, err := sampler.Rounds(w, count)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", w.Name, err)
		}
		rep.Add(w, rounds, failed)
	}
	return rep, nil
}

// onInterrupt ends the process on Ctrl-C, after it has called clean. stop ends
// that.
func onInterrupt(clean func()) (stop func()) {
	ctx, release := signal.NotifyContext(context.Background(), os.Interrupt)
	unhook := context.AfterFunc(ctx, func() {
		clean()
		os.Exit(130)
	})
	return func() {
		unhook()
		release()
	}
}
