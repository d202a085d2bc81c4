package monitor

import "time"

// EventKind says what an event tells of.
type EventKind string

// The kinds of events.
const (
	TaskStarted   EventKind = "started"   // Other: its owner; Text: its function
	TaskSuspended EventKind = "suspended" // Text: the kind of what it waits for, "" if it is ready; Other: the task that it awaits. With EventOptions.Steps only
	TaskResumed   EventKind = "resumed"   // With EventOptions.Steps only
	TaskWoken     EventKind = "woken"     // it is ready; Other: the task that did it. With EventOptions.Steps only
	TaskCanceled  EventKind = "canceled"  // it was asked to stop; Other: the task that asked; Text: the cause
	TaskEnded     EventKind = "ended"     // Text: its outcome
	WarningBegun  EventKind = "warning"   // Text: the warning's
)

// An Event is something that happened in a loop.
type Event struct {
	Seq   uint64        `json:"seq"`             // its number in its stream; those of dropped events are left out
	At    time.Duration `json:"at"`              // by the loop's clock; to the tick, unless the stream has steps
	Kind  EventKind     `json:"kind"`            // what it tells of
	Task  uint64        `json:"task"`            // the number of the task that it happened to; 0: none
	Other uint64        `json:"other,omitempty"` // and of the other one, as the kind says
	Name  string        `json:"name,omitempty"`  // the task's, with TaskStarted
	Text  string        `json:"text,omitempty"`  // as the kind says
}

// EventOptions say which events a stream has. The zero EventOptions are ready.
type EventOptions struct {
	// Buffer is how many events wait for a slow reader; 0: 4096. What comes
	// beyond that is dropped and counted. It never holds up the loop.
	Buffer int

	// Steps adds each step of each task to the stream, with exact times:
	// for recordings. It costs the loop more than everything else.
	Steps bool
}
