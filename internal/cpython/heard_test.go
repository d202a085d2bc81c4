package cpython

import (
	"context"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// heard is told with the events as a whole.
func heard(r *async.Runner, body func(ctx context.Context) error) (events []*async.ErrorEvent, err error) {
	r.Clock = asynctest.NewClock()
	r.OnError = func(e *async.ErrorEvent) { events = append(events, e) }
	defer func() { _ = r.Close() }()
	err = r.Run(context.Background(), body)
	_ = r.Close()
	return events, err
}
