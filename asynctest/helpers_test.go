package asynctest_test

import (
	"context"
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// recorder is a testing.TB whose failures are looked at, and are not the
// test's.
type recorder struct {
	testing.TB

	mu     sync.Mutex
	failed bool
	text   []string
}

// record calls f with a recorder, on a goroutine of its own, and returns it.
// What f panics with is written down too.
func record(t testing.TB, f func(t testing.TB)) *recorder {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if v := recover(); v != nil {
				r.Errorf("panic: %v", v)
			}
		}()
		f(r)
	}()
	<-done
	return r
}

func (r *recorder) write(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text = append(r.text, s)
}

func (r *recorder) all() string { return strings.Join(r.text, "\n") }

func (r *recorder) Helper()                  {}
func (r *recorder) Logf(f string, a ...any)  { r.write(fmt.Sprintf(f, a...)) }
func (r *recorder) Fail()                    { r.failed = true }
func (r *recorder) Failed() bool             { return r.failed }
func (r *recorder) Context() context.Context { return r.TB.Context() }

func (r *recorder) Errorf(f string, a ...any) {
	r.Logf(f, a...)
	r.Fail()
}

func (r *recorder) FailNow() {
	r.Fail()
	runtime.Goexit()
}

func (r *recorder) Fatalf(f string, a ...any) {
	r.Logf(f, a...)
	r.FailNow()
}

// replayOf is the schedule that a report tells to run again.
func replayOf(t *testing.T, r *recorder) string {
	found := regexp.MustCompile(`ASYNC_REPLAY=(\S+)`).FindStringSubmatch(r.all())
	require.NotNil(t, found, r.all())
	return found[1]
}

// tableOf is the table in a report.
func tableOf(r *recorder) string {
	return regexp.MustCompile(`(?s)  step  time .*?\n\n`).FindString(r.all())
}

// yields suspends n times.
func yields(ctx context.Context, n int) {
	for range n {
		_ = async.Yield(ctx)
	}
}

// wait awaits tasks that have no errors of interest.
func wait(ctx context.Context, tasks ...*async.Task[async.Void]) {
	for _, t := range tasks {
		_ = t.Wait(ctx)
	}
}
