package monitor

import "time"

// EventKind says what an event tells of.
type EventKind string

// The kinds of events. Steps and wakeups come with EventOptions.Steps only. Of
// a step, Text is the kind of what the task waits for then, "" if it is ready
// or has ended, and Other is the task that it awaits.
const (
	TaskStarted  EventKind = "started"  // Other: its owner; Name: the task's; Text: its function
	TaskStep     EventKind = "step"     // a step of For that began At; Text, Other: see above
	TaskWoken    EventKind = "woken"    // it is ready; Other: the task whose step did it
	TaskCanceled EventKind = "canceled" // it was asked to stop; Other, Name: the task that asked; Text: the cause
	TaskEnded    EventKind = "ended"    // Text: its Outcome
	WarningBegun EventKind = "warning"  // Text: the warning's
)

// An Event is something that happened in a loop.
//
// The steps of a stream follow each other without gaps but for the loop's idle
// times: callbacks that run between two steps count for the second.
type Event struct {
	Seq   uint64        `json:"seq"`             // its number in its stream; those of dropped events are left out
	At    time.Duration `json:"at"`              // by the loop's clock
	For   time.Duration `json:"for,omitempty"`   // how long it was
	Kind  EventKind     `json:"kind"`            // what it tells of
	Task  uint64        `json:"task"`            // the number of the task that it happened to; 0: none
	Other uint64        `json:"other,omitempty"` // and of the other one, as the kind says
	Name  string        `json:"name,omitempty"`  // as the kind says
	Text  string        `json:"text,omitempty"`  // as the kind says
}

// EventOptions say which events a stream has. The zero EventOptions are ready.
type EventOptions struct {
	// Buffer is how many events wait for a slow reader; 0: 4096. What comes
	// beyond that is dropped and counted. It never holds up the loop.
	Buffer int

	// Steps adds each step of each task to the stream, with exact times,
	// and which task woke which: for recordings. It costs the loop more
	// than everything else.
	Steps bool
}
