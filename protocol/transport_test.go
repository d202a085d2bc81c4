package protocol_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

func TestTransportSendFileSendsBehindWhatWasWritten(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		a, b := streams.Pipe(l)
		tr, err := protocol.Connect(ctx, a, func() protocol.Protocol { return new(protocol.Base) })
		require.NoError(t, err)
		r, w := streams.New(l, b)
		read := async.GoValue(ctx, r.ReadAll)
		before := strings.Repeat("-", 100_000)
		_, err = tr.WriteString(before)
		require.NoError(t, err)
		n, err := tr.SendFile(ctx, strings.NewReader("a file"), 2, -1)
		require.NoError(t, err)
		require.EqualValues(t, 4, n)
		tr.Close()
		got, err := read.Await(ctx)
		require.NoError(t, err)
		require.True(t, string(got) == before+"file")
		require.NoError(t, w.Close())
	})
}
