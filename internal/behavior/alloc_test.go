package behavior_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// What a program does all the time allocates a task for each Go, a scope for
// each timeout, and nothing else.
func TestAllocationsOfWhatIsDoneOften(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes allocations of its own")
	}
	t.Setenv("ASYNC_DEBUG", "0")
	nothing := func(context.Context) error { return nil }
	for _, c := range []struct {
		name string
		want float64
		do   func(ctx context.Context)
	}{
		{"Yield", 0, func(ctx context.Context) { _ = async.Yield(ctx) }},
		{"Sleep", 0, func(ctx context.Context) { _ = async.Sleep(ctx, time.Nanosecond) }},
		{"Go and Wait", 1, func(ctx context.Context) { _ = async.Go(ctx, nothing).Wait(ctx) }},
		{"GoEager", 1, func(ctx context.Context) { _ = async.GoEager(ctx, nothing).Err() }},
		{"Timeout", 1, func(ctx context.Context) { _ = async.Timeout(ctx, time.Hour, nothing) }},
		{"ToThread", 0, func(ctx context.Context) { _ = async.ToThread(ctx, nothing) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
				require.Equal(t, c.want, testing.AllocsPerRun(1000, func() { c.do(ctx) }))
				return nil
			}))
		})
	}
}

// What comes from another goroutine costs the task, and the function where it
// is a closure.
func TestAllocationsOfCallsFromOtherGoroutines(t *testing.T) {
	if raceDetector {
		t.Skip("the race detector makes allocations of its own")
	}
	t.Setenv("ASYNC_DEBUG", "0")
	var r async.Runner
	portal := r.Start(t.Context())
	defer func() { require.NoError(t, r.Close()) }()
	ctx := context.Background()
	for name, do := range map[string]func(){
		"Submit": func() {
			_, _ = async.Submit(portal, func(context.Context) (int, error) { return 1, nil }).Wait(ctx)
		},
		"Call": func() { _ = async.Call(ctx, portal, func(context.Context) error { return nil }) },
	} {
		require.Equal(t, 1.0, testing.AllocsPerRun(1000, do), name)
	}
}
