package streams_test

import (
	"context"
	"crypto/sha256"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

const transferred = 8 << 20

// most is how many bytes may come between two turns of another task: what a
// Reader or a Writer moves before it passes the baton, and a piece more.
const most = 256<<10 + piece

const piece = 64 << 10

func TestTransfersLeaveOtherTasksTheirTurns(t *testing.T) {
	for name, pair := range pairs(t) {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				a, b, err := pair(ctx)
				require.NoError(t, err)
				loop := async.RunningLoop(ctx)
				_, w := streams.New(loop, a)
				r, other := streams.New(loop, b)
				var moved progress
				sent := async.GoValue(ctx, func(ctx context.Context) ([]byte, error) { return send(ctx, w, &moved) })
				got := async.GoValue(ctx, func(ctx context.Context) ([]byte, error) { return receive(ctx, r, &moved) })
				turns, largest := 0, 0
				for last := 0; !got.Done(); turns++ {
					require.NoError(t, async.Yield(ctx))
					largest, last = max(largest, moved.bytes-last), moved.bytes
				}
				there, err := sent.Await(ctx)
				require.NoError(t, err)
				here, err := got.Await(ctx)
				require.NoError(t, err)
				require.Equal(t, there, here, "both ends have hashed the same")
				require.LessOrEqual(t, largest, 2*most, "each end between two turns")
				require.GreaterOrEqual(t, turns, 2*transferred/(2*most))
				require.NoError(t, other.Close())
				require.NoError(t, other.WaitClosed(ctx))
			})
		})
	}
}

// progress counts what both ends have moved.
type progress struct{ bytes int }

// send sends some bytes, and returns their hash.
func send(ctx context.Context, w *streams.Writer, moved *progress) ([]byte, error) {
	chance, hash, p := rand.NewChaCha8([32]byte{}), sha256.New(), make([]byte, piece)
	for left := transferred; left > 0; left -= len(p) {
		_, _ = chance.Read(p)
		hash.Write(p)
		if _, err := w.Write(p); err != nil {
			return nil, err
		}
		moved.bytes += len(p)
		if err := w.Drain(ctx); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return hash.Sum(nil), w.WaitClosed(ctx)
}

// receive hashes what comes.
func receive(ctx context.Context, r *streams.Reader, moved *progress) ([]byte, error) {
	hash, p := sha256.New(), make([]byte, piece)
	for {
		n, err := r.Read(ctx, p)
		hash.Write(p[:n])
		moved.bytes += n
		if err == io.EOF {
			return hash.Sum(nil), nil
		}
		if err != nil {
			return nil, err
		}
	}
}
