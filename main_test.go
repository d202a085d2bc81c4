package async_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/procpool"
)

func TestMain(m *testing.M) {
	procpool.Main()
	_ = os.Setenv("GORACE", "atexit_sleep_ms=0") // or each worker process takes a second to end under the race detector
	goleak.VerifyTestMain(m)
}

// listening runs main on a loop in virtual time, and returns its error and what the loop told its error handler.
func listening(main func(ctx context.Context) error) (told events, err error) {
	r := &async.Runner{Clock: asynctest.NewClock(), OnError: told.add}
	defer func() { _ = r.Close() }()
	err = r.Run(context.Background(), main)
	_ = r.Close()
	return told, err
}

// events are what a loop told its error handler.
type events []*async.ErrorEvent

func (e *events) add(event *async.ErrorEvent) { *e = append(*e, event) }

// errors are the errors of the events.
func (e events) errors() (all []error) {
	for _, event := range e {
		all = append(all, event.Err)
	}
	return all
}

// A record is what happened, in order.
type record []string

func (tr *record) add(format string, args ...any) { *tr = append(*tr, fmt.Sprintf(format, args...)) }
