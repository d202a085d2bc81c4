//go:build !race

package async_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

// The race detector rightly has something against closing a channel that others
// send to.
func TestSendPanicsWhenTheChannelIsClosedMeanwhile(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		ch := make(chan int)
		closer := async.Go(ctx, func(context.Context) error {
			close(ch)
			return nil
		})
		require.PanicsWithError(t, "send on closed channel", func() { _ = async.Send(ctx, ch, 1) })
		return closer.Wait(ctx)
	}))
}
