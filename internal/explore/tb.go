package explore

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/gobaton/async/internal/sched"
)

// errInjected is the cause of the cancellations of Explore.
var errInjected = errors.New("asynctest: canceled by Explore")

// scheduleTB is the testing.TB of one schedule: its failure is not the test's,
// which comes to know of the shortest one only.
type scheduleTB struct {
	testing.TB

	mu      sync.Mutex
	failed  bool
	mute    bool // it has failed, and is only cleared away
	skipped bool
	history *history // of the execution; nil: nobody wants to know
	helpers map[string]bool
	lines   []string
	hash    uint64 // of the lines
	anyhow  bool   // their order is chance: other goroutines may write some
	cleanup []func()
}

// log keeps a text, and adds it to the history of what happens.
func (s *scheduleTB) log(text string, failure bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mute {
		return
	}
	s.addToHash(text)
	if s.history == nil {
		s.lines = append(s.lines, text)
		return
	}
	s.lines = append(s.lines, s.at(text))
	switch {
	case s.anyhow: // it may be another goroutine's
	case !failure:
		s.history.add(s.history.current, "says: "+gist(text))
	default:
		s.history.fails(text)
	}
}

func (s *scheduleTB) addToHash(text string) {
	h := uint64(offset)
	for i := range len(text) {
		h = (h ^ uint64(text[i])) * prime
	}
	if s.anyhow {
		s.hash += h
	} else {
		s.hash = s.hash*prime ^ h
	}
}

// fail fails the schedule, at its end, without ending it.
func (s *scheduleTB) fail(text string) {
	s.mu.Lock()
	if !s.mute {
		s.lines = append(s.lines, text)
	}
	s.mu.Unlock()
	s.Fail()
}

func (s *scheduleTB) text() string { return strings.Join(s.lines, "\n") }

// clean calls the functions given to Cleanup.
func (s *scheduleTB) clean() {
	for len(s.cleanup) > 0 {
		f := s.cleanup[len(s.cleanup)-1]
		s.cleanup = s.cleanup[:len(s.cleanup)-1]
		f()
	}
}

// at returns text with the place in the user's code that it comes from: the
// innermost call that is not in a helper.
func (s *scheduleTB) at(text string) string {
	frames := userFrames(sched.Here())
	for len(frames) > 1 && s.helpers[frames[0].function] {
		frames = frames[1:]
	}
	if len(frames) == 0 {
		return text
	}
	return frames[0].position + ": " + text
}

// Helper marks the calling function as one whose place says nothing.
func (s *scheduleTB) Helper() {
	if s.history == nil {
		return
	}
	pc, _, _, ok := runtime.Caller(1)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.helpers == nil {
		s.helpers = map[string]bool{}
	}
	s.helpers[runtime.FuncForPC(pc).Name()] = true
}

// Fail marks the schedule as failed.
func (s *scheduleTB) Fail() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = true
}

// Failed reports whether the schedule has failed.
func (s *scheduleTB) Failed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// FailNow ends the schedule as failed.
func (s *scheduleTB) FailNow() {
	s.Fail()
	runtime.Goexit()
}

// Log keeps a text for the report of a failure.
func (s *scheduleTB) Log(args ...any) { s.log(line(args), false) }

// Logf keeps a text for the report of a failure.
func (s *scheduleTB) Logf(format string, args ...any) { s.log(fmt.Sprintf(format, args...), false) }

// Error does what Log and Fail do.
func (s *scheduleTB) Error(args ...any) {
	s.log(line(args), true)
	s.Fail()
}

// Errorf does what Logf and Fail do.
func (s *scheduleTB) Errorf(format string, args ...any) {
	s.log(fmt.Sprintf(format, args...), true)
	s.Fail()
}

// Fatal does what Log and FailNow do.
func (s *scheduleTB) Fatal(args ...any) {
	s.log(line(args), true)
	s.FailNow()
}

// Fatalf does what Logf and FailNow do.
func (s *scheduleTB) Fatalf(format string, args ...any) {
	s.log(fmt.Sprintf(format, args...), true)
	s.FailNow()
}

// Skip does what Log and SkipNow do.
func (s *scheduleTB) Skip(args ...any) {
	s.log(line(args), false)
	s.SkipNow()
}

// Skipf does what Logf and SkipNow do.
func (s *scheduleTB) Skipf(format string, args ...any) {
	s.log(fmt.Sprintf(format, args...), false)
	s.SkipNow()
}

// line returns args as testing.T's Log prints them.
func line(args []any) string { return strings.TrimSuffix(fmt.Sprintln(args...), "\n") }

// SkipNow ends the schedule: it counts for nothing.
func (s *scheduleTB) SkipNow() {
	s.mu.Lock()
	s.skipped = true
	s.mu.Unlock()
	runtime.Goexit()
}

// Skipped reports whether the schedule was skipped.
func (s *scheduleTB) Skipped() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.skipped
}

// Cleanup lets f be called when the schedule has ended, with its loop; the last
// one given comes first.
func (s *scheduleTB) Cleanup(f func()) { s.cleanup = append(s.cleanup, f) }
