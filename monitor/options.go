package monitor

import "time"

// Options say how closely a monitor looks, and how much it keeps. The zero
// Options are ready.
type Options struct {
	// Name is what the loop is called in pages and lists; "": loop.
	Name string

	// Tasks is how many tasks are known at a time; 0: 1,000,000. Tasks that
	// are started beyond that are counted in [Stats.Dropped] and in no
	// list. Those that are known are followed to their ends.
	Tasks int

	// History is how many ended tasks are kept; 0: 1,000; negative: none.
	History int

	// Tick is how often the monitor looks which task holds the baton; 0: a
	// millisecond. Busy times are sampled with it.
	Tick time.Duration

	// Slice is how long the loop may be stopped at a time while it answers;
	// 0: 500 microseconds.
	Slice time.Duration

	// Patience is how long a snapshot waits for the loop's answer before it
	// is taken from outside; 0: 100 milliseconds.
	Patience time.Duration

	// SlowStep is for how long a task may hold the baton, or be ready and
	// wait for it, before there is a warning; 0: 100 milliseconds.
	SlowStep time.Duration
}

// orDefault returns v, or d in place of 0.
func orDefault[T int | time.Duration | string](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}

func (o Options) withDefaults() Options {
	o.Name = orDefault(o.Name, "loop")
	o.Tasks = orDefault(o.Tasks, 1_000_000)
	o.History = max(0, orDefault(o.History, 1_000))
	o.Tick = orDefault(o.Tick, time.Millisecond)
	o.Slice = orDefault(o.Slice, 500*time.Microsecond)
	o.Patience = orDefault(o.Patience, 100*time.Millisecond)
	o.SlowStep = orDefault(o.SlowStep, 100*time.Millisecond)
	return o
}
