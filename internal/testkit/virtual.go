package testkit

import (
	"context"
	"fmt"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// Listen runs main with r in virtual time, closes r, and returns what was
// reported to the error handler, and main's error.
func Listen(r async.Runner, main func(ctx context.Context) error) (reported Events, err error) {
	reported, err, _ = listen(r, main)
	return reported, err
}

func listen(r async.Runner, main func(ctx context.Context) error) (reported Events, err, closed error) {
	r.Clock, r.OnError = asynctest.NewClock(), reported.Add
	defer func() { _ = r.Close() }() // also where main panics or calls Goexit
	err = r.Run(context.Background(), main)
	closed = r.Close()
	return reported, err, closed
}

// Report does what Listen does, with the zero runner.
func Report(main func(ctx context.Context) error) (reported Events, err error) {
	return Listen(async.Runner{}, main)
}

// Virtually runs main in virtual time. It fails the test with what is reported.
func Virtually(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	if told := VirtuallyWith(t, async.Runner{}, main); len(told) > 0 {
		t.Errorf("reported: %q", told)
	}
}

// VirtuallyWith does what Virtually does, with a runner as given. It returns
// the messages of what was reported.
func VirtuallyWith(t *testing.T, r async.Runner, main func(ctx context.Context)) (told []string) {
	t.Helper()
	events, err, closed := listen(r, func(ctx context.Context) error {
		main(ctx)
		return nil
	})
	if err != nil || closed != nil {
		t.Fatalf("Run: %v, Close: %v", err, closed)
	}
	for _, e := range events {
		told = append(told, e.Message)
	}
	return told
}

// Events are what a loop told its error handler.
type Events []*async.ErrorEvent

// Add adds an event: it is an error handler.
func (e *Events) Add(event *async.ErrorEvent) { *e = append(*e, event) }

// Errors returns the errors of the events.
func (e Events) Errors() (all []error) {
	for _, event := range e {
		all = append(all, event.Err)
	}
	return all
}

// A Record is what happened, in order.
type Record []string

// Add adds a line.
func (r *Record) Add(format string, args ...any) { *r = append(*r, fmt.Sprintf(format, args...)) }

// Traced returns a coroutine that waits until it is canceled, and notes that.
func (r *Record) Traced(name string) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		err := Forever(ctx)
		r.Add("%s", name)
		return err
	}
}
