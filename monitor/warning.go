package monitor

import "time"

// WarningKind says what looks wrong.
type WarningKind string

// The kinds of warnings.
const (
	HoldsBaton     WarningKind = "holds-baton"    // a step has held the baton for longer than Options.SlowStep
	NeverYields    WarningKind = "never-yields"   // the same, and the task has never suspended
	SlowSteps      WarningKind = "slow-steps"     // a task had steps that held the baton for too long
	ReadyTooLong   WarningKind = "ready-too-long" // entries wait for their turns for longer than that
	NotRetrieved   WarningKind = "not-retrieved"  // errors that nobody has asked for
	AwaitCycle     WarningKind = "await-cycle"    // tasks wait for each other: a deadlock
	LockConvoy     WarningKind = "lock-convoy"    // many tasks wait for one object that a task holds
	TasksDropped   WarningKind = "tasks-dropped"  // there was no room for tasks in the lists
	GoesOnCanceled WarningKind = "ignores-cancel" // a task was asked to stop long ago, and goes on
)

// A Warning says what looks wrong.
type Warning struct {
	Kind  WarningKind   `json:"kind"`            // what it is about
	Task  uint64        `json:"task,omitempty"`  // the task at fault, if it is one
	Tasks []uint64      `json:"tasks,omitempty"` // the others that it is about, the first of them
	For   time.Duration `json:"for,omitempty"`   // since when it is so, or how long it was
	Text  string        `json:"text"`            // for people, in one line
}
