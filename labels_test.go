package async_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// ownLabels is what the profile of all goroutines says of the labels of this
// one.
func ownLabels(t *testing.T) string {
	var text bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&text, 1))
	for goroutine := range strings.SplitSeq(text.String(), "\n\n") {
		if !strings.Contains(goroutine, "async_test.ownLabels") {
			continue
		}
		if _, labels, ok := strings.Cut(goroutine, "# labels: "); ok {
			labels, _, _ = strings.Cut(labels, "\n")
			return labels
		}
	}
	return ""
}

func TestTaskLabelsDoNotGoOverToTheNext(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // which has a label of its own
	virtually(t, func(ctx context.Context) {
		labeled := async.Go(ctx, func(ctx context.Context) error {
			pprof.SetGoroutineLabels(pprof.WithLabels(ctx, pprof.Labels("of", "another")))
			require.Contains(t, ownLabels(t), `"of":"another"`)
			return nil
		})
		for range 3 {
			async.Go(ctx, func(context.Context) error {
				require.Empty(t, ownLabels(t))
				return nil
			})
		}
		require.NoError(t, labeled.Wait(ctx))
		require.NoError(t, async.Yield(ctx))
	})
}

func TestTaskLabelsAreThoseOfTheContextItWasStartedWith(t *testing.T) {
	t.Setenv("ASYNC_DEBUG", "0") // which has a label of its own
	r := &async.Runner{Clock: asynctest.NewClock()}
	pprof.Do(context.Background(), pprof.Labels("of", "Run"), func(outside context.Context) {
		require.NoError(t, r.Run(outside, func(ctx context.Context) error {
			require.Contains(t, ownLabels(t), `"of":"Run"`)
			labeled := context.WithValue(pprof.WithLabels(ctx, pprof.Labels("of", "task")), ctxKey("k"), 1)
			return async.Go(labeled, func(ctx context.Context) error {
				require.Contains(t, ownLabels(t), `"of":"task"`)
				require.Equal(t, 1, ctx.Value(ctxKey("k")))
				return async.Go(ctx, func(ctx context.Context) error {
					require.Contains(t, ownLabels(t), `"of":"task"`)
					return nil
				}).Wait(ctx)
			}).Wait(ctx)
		}))
	})
	require.NoError(t, r.Run(context.Background(), func(context.Context) error {
		require.Empty(t, ownLabels(t))
		return nil
	}))
	require.NoError(t, r.Close())
}
