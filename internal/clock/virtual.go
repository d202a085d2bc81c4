package clock

import (
	"sync/atomic"
	"time"
)

// Virtual is a clock that stands still while anything runs and jumps to the
// next timer when nothing does. Its zero is midnight UTC on 2000-01-01, as in
// testing/synctest. It may be read from any goroutine.
type Virtual struct {
	now atomic.Int64
}

// NewVirtual returns a virtual clock at its zero.
func NewVirtual() *Virtual { return new(Virtual) }

// Now returns the time since the zero.
func (v *Virtual) Now() time.Duration { return time.Duration(v.now.Load()) }

// At returns the time of day of a reading.
func (v *Virtual) At(reading time.Duration) time.Time { return virtualZero.Add(reading) }

// Virtual reports true.
func (v *Virtual) Virtual() bool { return true }

// Wait jumps to the reading until, unless that lies in the past.
func (v *Virtual) Wait(until time.Duration, _ <-chan struct{}) {
	if until > v.Now() {
		v.now.Store(int64(until))
	}
}

var virtualZero = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
