// Package clock is the time of a loop: the machine's, or a virtual one.
//
// A clock is read as a duration since its own zero, which never goes back, and
// idles until its next reading is due. The wall clock idles by waiting; the
// virtual clock idles by jumping, so that a program of sleeps takes no time at
// all.
package clock

import "time"

// A Clock tells the time and lets it pass. A clock serves one loop at a time.
type Clock interface {
	// Now is the time since the clock's zero.
	Now() time.Duration

	// At returns the time of day of a reading.
	At(reading time.Duration) time.Time

	// Wait lets time pass until the reading until, or returns earlier when
	// wake delivers.
	Wait(until time.Duration, wake <-chan struct{})

	// Virtual reports whether time stands still but for Wait.
	Virtual() bool
}

// Wall reads the machine's clock: monotonic, its zero the moment it was made.
type Wall struct {
	zero  time.Time
	timer *time.Timer
}

// NewWall returns a wall clock whose zero is now.
func NewWall() *Wall {
	return &Wall{zero: time.Now()}
}

// Now returns the time since w was made.
func (w *Wall) Now() time.Duration { return time.Since(w.zero) }

// At returns the time of day of a reading.
func (w *Wall) At(reading time.Duration) time.Time { return w.zero.Add(reading) }

// Virtual reports false.
func (w *Wall) Virtual() bool { return false }

// Wait blocks until the reading until has come or wake delivers.
func (w *Wall) Wait(until time.Duration, wake <-chan struct{}) {
	left := until - w.Now()
	if left <= 0 {
		return
	}
	if w.timer == nil {
		w.timer = time.NewTimer(left)
	} else {
		w.timer.Reset(left)
	}
	select {
	case <-wake:
		w.timer.Stop()
	case <-w.timer.C:
	}
}
