package monitor

import "time"

// Stats are the numbers of a loop. Counters count from Attach on and are exact,
// but for the sampled ones.
type Stats struct {
	Live     int    `json:"live"`     // tasks that have not ended
	Known    int    `json:"known"`    // how many of those are in the lists
	Started  uint64 `json:"started"`  // tasks that were started
	Finished uint64 `json:"finished"` // tasks that have ended without an error
	Failed   uint64 `json:"failed"`   // with one, or with a panic
	Canceled uint64 `json:"canceled"` // as canceled
	Steps    uint64 `json:"steps"`    // of all tasks

	Ready       int `json:"ready"`       // entries that wait for their turn
	Timers      int `json:"timers"`      // that are set
	Offloads    int `json:"offloads"`    // functions that are off the loop
	Connections int `json:"connections"` // waits for something to come from outside: descriptors
	Portals     int `json:"portals"`     // that are open
	Listeners   int `json:"listeners"`   // waits for what need not ever come, as a signal
	Coroutines  int `json:"coroutines"`  // that are idle
	Unretrieved int `json:"unretrieved"` // errors that nobody has asked for

	Idle bool          `json:"idle"` // the loop waits for something to happen
	Busy time.Duration `json:"busy"` // sampled: something held the baton

	// Lag is how long entries wait for their turn: the monitor posts one
	// now and then, while the loop is busy, and sees when its turn comes.
	Lag Histogram `json:"lag"`

	// LongSteps counts the steps of at least two ticks by their length.
	LongSteps Histogram `json:"long_steps"`

	// What there was no room for.
	Dropped       uint64 `json:"dropped"`        // tasks that were started and are in no list
	DroppedEvents uint64 `json:"dropped_events"` // events that a slow reader of a stream has missed, of all streams
}

// A Histogram counts durations by their length, in 32 buckets: bucket i counts
// those of at least 2^i microseconds (0: of less than two), and below 2^(i+1).
type Histogram struct {
	Buckets [32]uint32    `json:"buckets"` // how many of each length
	Count   uint64        `json:"count"`   // of all
	Sum     time.Duration `json:"sum"`     // of their lengths
	Max     time.Duration `json:"max"`     // the longest
}
