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

// scheduleTB is the testing.TB of one schedule: its failure is not the test's, which comes to know of the shortest one
// only.
type scheduleTB struct {
	testing.TB

	mu      sync.Mutex
	failed  bool
	mute    bool // it has failed, and is only cleared away
	skipped bool
	lines   []string
	hash    uint64 // of the lines
	anyhow  bool   // their order is chance: other goroutines may write some
	cleanup []func()
}

func (s *scheduleTB) log(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mute {
		return
	}
	s.lines = append(s.lines, text)
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

// fail fails the schedule without ending it.
func (s *scheduleTB) fail(text string) {
	s.log(text)
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

// at is text with the place in the body that it comes from.
func at(text string) string {
	pcs := sched.Here()
	for len(pcs) > 1 {
		f := sched.Caller(pcs)
		if !strings.Contains(f.Function, "stretchr/testify") {
			return strings.TrimPrefix(sched.Position(f)+": "+text, ": ")
		}
		pcs = pcs[1:]
	}
	return text
}

// Helper does nothing: the place in a message is the innermost call outside of this library.
func (s *scheduleTB) Helper() {}

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
func (s *scheduleTB) Log(args ...any) { s.log(at(strings.TrimSuffix(fmt.Sprintln(args...), "\n"))) }

// Logf keeps a text for the report of a failure.
func (s *scheduleTB) Logf(format string, args ...any) { s.log(at(fmt.Sprintf(format, args...))) }

// Error is Log and Fail.
func (s *scheduleTB) Error(args ...any) {
	s.log(at(strings.TrimSuffix(fmt.Sprintln(args...), "\n")))
	s.Fail()
}

// Errorf is Logf and Fail.
func (s *scheduleTB) Errorf(format string, args ...any) {
	s.log(at(fmt.Sprintf(format, args...)))
	s.Fail()
}

// Fatal is Log and FailNow.
func (s *scheduleTB) Fatal(args ...any) {
	s.log(at(strings.TrimSuffix(fmt.Sprintln(args...), "\n")))
	s.FailNow()
}

// Fatalf is Logf and FailNow.
func (s *scheduleTB) Fatalf(format string, args ...any) {
	s.log(at(fmt.Sprintf(format, args...)))
	s.FailNow()
}

// Skip is Log and SkipNow.
func (s *scheduleTB) Skip(args ...any) {
	s.Log(args...)
	s.SkipNow()
}

// Skipf is Logf and SkipNow.
func (s *scheduleTB) Skipf(format string, args ...any) {
	s.Logf(format, args...)
	s.SkipNow()
}

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

// Cleanup lets f be called when the schedule has ended, with its loop; the last one given comes first.
func (s *scheduleTB) Cleanup(f func()) { s.cleanup = append(s.cleanup, f) }
