package async_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// eventsOf runs main on a loop of r, to its end, and returns what OnError was
// told.
func eventsOf(t *testing.T, r *async.Runner, main func(ctx context.Context) error) (messages []string) {
	t.Helper()
	r.OnError = func(e *async.ErrorEvent) { messages = append(messages, e.Message) }
	require.NoError(t, r.Run(context.Background(), main))
	require.NoError(t, r.Close())
	return messages
}

func TestPortalThatWasNeverClosedIsReportedWhenTheLoopHasEnded(t *testing.T) {
	open := func(ctx context.Context) error {
		async.RunningLoop(ctx).Portal()
		return async.RunningLoop(ctx).Portal().Close()
	}
	t.Setenv("ASYNC_DEBUG", "")
	require.Equal(t, []string{"the portal was never closed: close it before Run ends, for what comes later gets ErrClosed"},
		eventsOf(t, new(async.Runner), open))
	told := eventsOf(t, &async.Runner{Debug: true}, open)
	require.Len(t, told, 1)
	require.Regexp(t, `^the portal opened at portal_left_test\.go:\d+ was never closed`, told[0])
}

func TestPortalIsReportedByTheLastRunOfItsRunner(t *testing.T) {
	var r async.Runner
	var p *async.Portal
	require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
		p = async.RunningLoop(ctx).Portal()
		return nil
	}))
	require.Empty(t, eventsOf(t, &r, func(context.Context) error { return p.Close() }))
}

func TestPortalThatACanceledTaskClosesIsNotReported(t *testing.T) {
	require.Empty(t, eventsOf(t, new(async.Runner), func(ctx context.Context) error {
		async.Go(ctx, func(ctx context.Context) error {
			defer async.RunningLoop(ctx).Portal().Close()
			return forever(ctx)
		})
		return async.Yield(ctx)
	}))
}

func TestPortalOfStartEndsWithItsLoop(t *testing.T) {
	var told []string
	r := async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e.Message) }}
	r.Start(context.Background())
	require.NoError(t, r.Close())
	require.Empty(t, told)
}
