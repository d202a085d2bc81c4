package sched

import (
	"errors"
	"iter"
	"slices"
	"time"
)

// ErrStalled is the error of an event that says that virtual time stands still.
var ErrStalled = errors.New("async: virtual time stands still: nothing can run before something comes from outside, and timers that are set wait for that")

// stallTime is how long virtual time stands still, by the machine's clock,
// before that is reported.
const stallTime = time.Second

// Open notes that somebody may Post at any time, until CloseOne with the same
// key. Where time is virtual, and in debug mode, the loop keeps where it was
// opened.
func (l *Loop) Open(key any) {
	l.open++
	o := opening{key: key}
	if l.debug || l.clock.Virtual() {
		o.at = callers(3)
	}
	l.openings = append(l.openings, o)
}

// CloseOne takes back an Open.
func (l *Loop) CloseOne(key any) {
	l.open--
	l.openings = slices.DeleteFunc(l.openings, func(o opening) bool { return o.key == key })
}

// TakeOpenings returns the keys of what is open, in the order it was opened,
// with the place of each, "" where that was not kept. The loop forgets them.
func (l *Loop) TakeOpenings() iter.Seq2[any, string] {
	openings := l.openings
	l.openings = nil
	return func(yield func(any, string) bool) {
		for _, o := range openings {
			if !yield(o.key, o.place()) {
				return
			}
		}
	}
}

// opening is what is open, and where it was opened, if that is known.
type opening struct {
	key any
	at  []uintptr
}

func (o opening) place() string {
	if o.at == nil {
		return ""
	}
	return Position(Caller(o.at))
}

// ChannelWaits adds n to how many of those that are out wait for a channel.
func (l *Loop) ChannelWaits(n int) { l.channelWaits += n }

// restStill idles in virtual time until something comes in. If a timer is set,
// which waits for that, it reports so when it lasts.
//
// The machine's clock decides no order here. In a bubble of testing/synctest it
// stands at the year 2000, and others in the bubble may sleep by it: there,
// nothing is reported.
func (l *Loop) restStill(timers bool) {
	if timers && !l.stallReported && l.out == l.channelWaits && time.Now().Year() > 2005 {
		alarm := time.AfterFunc(stallTime, func() { l.Post((*stall)(l)) })
		defer alarm.Stop()
	}
	l.inbox.wait(nil, 0)
}

// stall is a loop whose virtual time stands still, as the entry that says so.
type stall Loop

// Fire reports it, once for a loop, unless something has happened since.
func (s *stall) Fire() {
	l := (*Loop)(s)
	if _, timers := l.timers.next(); !timers || l.stallReported || l.out != l.channelWaits || l.out+l.open == 0 {
		return
	}
	l.stallReported = true
	message := "a task waits for a channel: let a task send to it, or use testing/synctest with the wall clock, which moves when all goroutines wait"
	if len(l.openings) > 0 {
		message = "the portal opened at " + l.openings[0].place() + " is open: close it, or use testing/synctest with the wall clock, which moves when all goroutines wait"
	}
	l.Report(Event{Message: "virtual time has stood still for a second; " + message, Err: ErrStalled})
}
