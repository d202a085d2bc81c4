package asynctest_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// recorder is a testing.TB whose failures are looked at, and are not the test's.
type recorder struct {
	testing.TB

	mu     sync.Mutex
	failed bool
	text   []string
}

// record calls f with a recorder, on a goroutine of its own, and returns it. What f panics with is written down too.
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
