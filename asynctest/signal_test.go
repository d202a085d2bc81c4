package asynctest_test

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestSignalCallsTheHandlerInItsTurn(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var order []string
		l := async.RunningLoop(ctx)
		l.AddSignalHandler(os.Interrupt, func() { order = append(order, "replaced") })
		l.AddSignalHandler(os.Interrupt, func() { order = append(order, "handler") })
		l.CallSoon(func() { order = append(order, "before") })
		require.True(t, asynctest.Signal(ctx, os.Interrupt))
		l.CallSoon(func() { order = append(order, "after") })
		require.Empty(t, order, "nothing is called there and then")
		require.NoError(t, async.Yield(ctx))
		require.Equal(t, []string{"before", "handler", "after"}, order)

		require.True(t, l.RemoveSignalHandler(os.Interrupt))
		require.False(t, asynctest.Signal(ctx, os.Interrupt), "nobody handles it any more")
	})
}
