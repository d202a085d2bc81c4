package streams_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// pairs makes the connections that a test is about, by their names.
func pairs(t *testing.T) map[string]func(ctx context.Context) (a, b streams.Conn, err error) {
	tcp := over(new(streams.System), "tcp", "127.0.0.1:0")
	return map[string]func(ctx context.Context) (a, b streams.Conn, err error){
		"TCP":  tcp,
		"TLS":  encrypted(tcp),
		"Unix": over(new(streams.System), "unix", socketPath(t)),
	}
}

// answers sends back each line.
func answers(r *streams.Reader, w *streams.Writer) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		for line, err := range r.Lines(ctx) {
			if err != nil {
				return err
			}
			if _, err := w.Write(line); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestConnectionsThatAreIdleKeepNoBuffer(t *testing.T) {
	for name, pair := range pairs(t) {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				a, b, err := pair(ctx)
				require.NoError(t, err)
				loop := async.RunningLoop(ctx)
				r, w := streams.New(loop, a)
				peerReader, peer := streams.New(loop, b)
				served := async.Go(ctx, answers(peerReader, peer))
				for _, size := range []int{1, 1000, 60_000} {
					line := strings.Repeat("x", size) + "\n"
					_, err = w.WriteString(line)
					require.NoError(t, err)
					back, err := r.ReadLine(ctx)
					require.NoError(t, err)
					require.True(t, back == line)
					require.Zero(t, streams.Held(r, w), "by who has read")
					require.Zero(t, streams.Held(peerReader, peer), "by who waits for more")
				}
				require.NoError(t, w.Close())
				require.NoError(t, w.WaitClosed(ctx))
				require.NoError(t, served.Wait(ctx))
				require.NoError(t, peer.Close())
				require.NoError(t, peer.WaitClosed(ctx))
			})
		})
	}
}
