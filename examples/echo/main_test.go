package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestTheServerSendsBackWhatComes(t *testing.T) {
	for _, loops := range []int{0, 1, 3} {
		t.Run(fmt.Sprint("loops ", loops), func(t *testing.T) { talk(t, loops) })
	}
}

// talk lets the server run, says hello, and ends it.
func talk(t *testing.T, loops int) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := async.Run(ctx, func(ctx context.Context) error { return serve(ctx, "127.0.0.1:0", loops, in) })
		_ = in.Close()
		ended <- err
	}()
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan())
	addr, ok := strings.CutPrefix(lines.Text(), "Serving on ")
	require.True(t, ok)

	client, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer client.Close()
	_, err = io.WriteString(client, "Hello World!")
	require.NoError(t, err)
	for _, want := range []string{
		"Received Hello World! from " + client.LocalAddr().String(),
		`Send: "Hello World!"`,
		"Close the connection",
	} {
		require.True(t, lines.Scan())
		require.Equal(t, want, lines.Text())
	}
	back, err := io.ReadAll(client)
	require.NoError(t, err)
	require.Equal(t, "Hello World!", string(back))

	stop()
	require.False(t, lines.Scan())
	require.ErrorIs(t, <-ended, context.Canceled)
}
