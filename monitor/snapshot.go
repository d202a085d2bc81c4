package monitor

import "time"

// A Snapshot is the state of a loop at one moment, or, where the loop answered
// in several slices, at moments close to each other.
type Snapshot struct {
	Loop    string        `json:"loop"`              // Options.Name
	Time    time.Time     `json:"time"`              // the time of day by the loop's clock
	Now     time.Duration `json:"now"`               // the same, since the zero of that clock
	Virtual bool          `json:"virtual,omitempty"` // the loop's time is virtual
	Closed  bool          `json:"closed,omitempty"`  // the loop has ended, or the monitor is detached

	// Outside says that the loop did not answer, and what this is is what
	// can be seen from outside.
	Outside bool `json:"outside,omitempty"`

	Took    time.Duration `json:"took"`    // how long it took, by the machine's clock
	Stopped time.Duration `json:"stopped"` // the longest time for which the loop was stopped meanwhile

	Tasks    []Task    `json:"tasks"`              // in the order they were started
	Holder   *Holder   `json:"holder,omitempty"`   // what holds the baton, if anything did for longer than a tick
	Stats    Stats     `json:"stats"`              // the numbers
	Warnings []Warning `json:"warnings,omitempty"` // what looks wrong
}

// State says what a task does.
type State string

// The states of a task.
const (
	New     State = "new"     // ready, and has not run yet
	Ready   State = "ready"   // it waits for its turn
	Running State = "running" // it holds the baton
	Waiting State = "waiting" // for what Task.Wait says
)

// A Task is what is known of a task that has not ended.
type Task struct {
	ID       uint64 `json:"id"`               // its number in the loop, from 1
	Owner    uint64 `json:"owner,omitempty"`  // the number of the task that owns it; 0: none does
	Name     string `json:"name"`             // Task-N, unless it was given one
	Function string `json:"function"`         // with its package         // the function that it runs
	Start    *Place `json:"start,omitempty"`  // where it was started; nil if that was before Attach
	State    State  `json:"state"`            //
	Wait     *Wait  `json:"wait,omitempty"`   // what it waits for, where State is Waiting
	Asked    int    `json:"asked,omitempty"`  // how many requests to stop it has not acknowledged
	Cancel   *Cause `json:"cancel,omitempty"` // the last of them

	Age     time.Duration `json:"age"`      // since it was started, or since Attach
	InState time.Duration `json:"in_state"` // since its last step

	Steps uint64 `json:"steps"` // how often it has suspended since Attach

	Sampled
}

// Sampled are times that are estimated by looking, once each [Options.Tick],
// which task holds the baton and which are ready. With n looks that found a
// task, its time is n ticks, give or take the root of n. In virtual time they
// are 0.
type Sampled struct {
	Busy      time.Duration `json:"busy,omitempty"`       // it held the baton
	Ready     time.Duration `json:"ready,omitempty"`      // it was ready, and waited for its turn
	Inflicted time.Duration `json:"inflicted,omitempty"`  // others were ready and waited while it held the baton: the sum over them
	Longest   time.Duration `json:"longest,omitempty"`    // its longest step of at least two ticks
	LongSteps *Histogram    `json:"long_steps,omitempty"` // its steps of at least two ticks
}

// A Wait is what a task waits for.
type Wait struct {
	// Kind is the kind of object: task, timer, lock, queue, future and so
	// on, or the name of a Go type.
	Kind string `json:"kind"`

	// Text describes the object for people: Task-2, a Lock held by Task-3.
	Text string `json:"text"`

	// Object is the same number for all tasks that wait for one and the
	// same object; 0 if the object is the task's alone.
	Object uint64 `json:"object,omitempty"`

	// Holders are the numbers of the tasks whose progress ends the wait, as
	// far as they are known: the awaited task, the holder of a lock, the
	// tasks of a group. There are at most [MaxHolders] of them.
	Holders []uint64 `json:"holders,omitempty"`

	// More is how many holders there are beyond these.
	More int `json:"more,omitempty"`
}

// MaxHolders is how many holders a Wait lists.
const MaxHolders = 16

// A Place is a line of the program.
type Place struct {
	Function string `json:"function"` // with its package
	File     string `json:"file"`     // with its folders
	Line     int    `json:"line"`     // in the file
}

// A Holder is what has held the baton for longer than a tick.
type Holder struct {
	Task  uint64        `json:"task,omitempty"`  // 0: a callback
	Name  string        `json:"name"`            // of the task, or: a callback
	For   time.Duration `json:"for"`             // by the machine's clock, to the tick
	Stack []Place       `json:"stack,omitempty"` // at this moment, innermost first
	Keeps []uint64      `json:"keeps,omitempty"` // the tasks that are ready and wait for it, in the order of their turns: the first of them
	More  int           `json:"more,omitempty"`  // how many entries are ready beyond these
}

// Outcome says how a task has ended.
type Outcome string

// The outcomes of a task.
const (
	Finished Outcome = "finished" // without an error
	Failed   Outcome = "failed"   // with an error
	Panicked Outcome = "panicked"
	Canceled Outcome = "canceled"
)

// An EndedTask is what is known of a task that has ended.
type EndedTask struct {
	ID       uint64        `json:"id"`               // its number in the loop
	Owner    uint64        `json:"owner,omitempty"`  // the number of the task that owned it
	Name     string        `json:"name"`             // the last it had
	Function string        `json:"function"`         // the function that it ran
	Start    *Place        `json:"start,omitempty"`  // where it was started
	Ended    time.Duration `json:"ended"`            // when, by the loop's clock
	Age      time.Duration `json:"age"`              // how old it was
	Steps    uint64        `json:"steps"`            // how often it suspended
	Outcome  Outcome       `json:"outcome"`          // how it ended
	Error    string        `json:"error,omitempty"`  // the text of its error
	Cancel   *Cause        `json:"cancel,omitempty"` // the last request to stop, if there was one

	Sampled

	order uint64 // it is greater for a task that ended later
}

// A Cause says who has asked a task to stop, and why.
type Cause struct {
	By     uint64        `json:"by,omitempty"`     // the task that did; 0: none
	Name   string        `json:"name,omitempty"`   // of that task, or: a callback, a timeout, the monitor
	Cause  string        `json:"cause,omitempty"`  // the cause that was given
	At     time.Duration `json:"at"`               // when, by the loop's clock
	Within bool          `json:"within,omitempty"` // only a part of the task was asked: the body of a timeout or group
}

// History is the last tasks that have ended.
type History struct {
	Tasks   []EndedTask `json:"tasks"`   // the last to end first
	Dropped uint64      `json:"dropped"` // how many known tasks ended that are not kept any more
}
