package main

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// talk lets a client ask a server, and returns what each of them printed.
func talk(t *testing.T, logs bool) (server, client, addr string) {
	t.Helper()
	var s, c bytes.Buffer
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		listener, err := listen(ctx, "127.0.0.1:0", logs, &s)
		require.NoError(t, err)
		addr = listener.Addr().String()
		require.NoError(t, ask(ctx, addr, "Hello", &c))
		listener.Close()
		return listener.Wait(ctx)
	}))
	return s.String(), c.String(), addr
}

func TestTheServerSaysWhatWasSaid(t *testing.T) {
	server, client, addr := talk(t, false)
	require.Equal(t, "Server said: You said: Hello\nconnection lost\n", client)
	require.Equal(t, fmt.Sprintf("Listening on %s\nReceived: Hello\n", addr), server)
}

func TestTheServerWithALogSendsBackWhatCame(t *testing.T) {
	server, client, addr := talk(t, true)
	require.Equal(t, "Server said: Hello\nconnection lost\n", client)
	require.Regexp(t, fmt.Sprintf(`^Started to listen on %s
Connection established with 127.0.0.1:\d+
Received: "Hello"
$`, addr), server)
}

func TestAConnectionThatFailsIsTold(t *testing.T) {
	var out bytes.Buffer
	require.Error(t, async.Run(context.Background(), func(ctx context.Context) error {
		listener, err := listen(ctx, "127.0.0.1:0", false, &bytes.Buffer{})
		require.NoError(t, err)
		listener.Close()
		return ask(ctx, listener.Addr().String(), "Hello", &out)
	}))
	require.Equal(t, "connection failed\n", out.String())
}
