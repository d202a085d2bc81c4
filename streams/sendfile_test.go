package streams_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// strike is an executor that can stop working.
type strike struct {
	async.ThreadPool
	on bool
}

var errStrike = errors.New("the executor does not work")

func (s *strike) Execute(ctx context.Context, run func(ctx context.Context)) error {
	if s.on {
		return errStrike
	}
	return s.ThreadPool.Execute(ctx, run)
}

func TestWriterSendFileLetsTheSystemSendWhereItCan(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the file is read off the loop")
	}
	name := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(name, []byte("content"), 0o600))
	file, err := os.Open(name)
	require.NoError(t, err)
	defer file.Close()
	for _, c := range []struct {
		network, address string
		pair             func(func(ctx context.Context) (a, b streams.Conn, err error)) func(ctx context.Context) (a, b streams.Conn, err error)
		direct           bool
	}{
		{"tcp", "127.0.0.1:0", nil, true},
		{"unix", socketPath(t), nil, true},
		{"tcp", "127.0.0.1:0", encrypted, false},
	} {
		s := new(strike)
		r := &async.Runner{Executor: s}
		require.NoError(t, r.Run(context.Background(), func(ctx context.Context) error {
			pair := over(new(streams.System), c.network, c.address)
			if c.pair != nil {
				pair = c.pair(pair)
			}
			a, b, err := pair(ctx)
			require.NoError(t, err)
			_, w := streams.New(async.RunningLoop(ctx), a)
			sock := streams.NewSocket(async.RunningLoop(ctx), b)
			s.on = true
			n, err := w.SendFile(ctx, file, 3, -1)
			if !c.direct {
				require.ErrorIs(t, err, errStrike)
				require.Zero(t, n)
				s.on = false
				n, err = w.SendFile(ctx, file, 3, -1)
			}
			require.NoError(t, err)
			require.EqualValues(t, 4, n)
			got, err := sock.Recv(ctx, 10)
			require.NoError(t, err)
			require.Equal(t, "tent", string(got))

			n, err = sock.SendFile(ctx, file, 0, 3)
			require.NoError(t, err)
			require.EqualValues(t, 3, n)
			require.NoError(t, sock.Close())
			w.Abort()
			return nil
		}))
		require.NoError(t, r.Close())
	}
}

func TestWriterSendFileToAPipeReadsTheFile(t *testing.T) {
	really(t, func(ctx context.Context) {
		in, out, err := os.Pipe()
		require.NoError(t, err)
		l := async.RunningLoop(ctx)
		r, err := streams.ReadPipe(l, in)
		require.NoError(t, err)
		w, err := streams.WritePipe(l, out)
		require.NoError(t, err)
		name := filepath.Join(t.TempDir(), "file")
		require.NoError(t, os.WriteFile(name, make([]byte, 300_000), 0o600))
		file, err := os.Open(name)
		require.NoError(t, err)
		read := async.GoValue(ctx, r.ReadAll)
		n, err := w.SendFile(ctx, file, 0, -1)
		require.NoError(t, err)
		require.EqualValues(t, 300_000, n)
		require.NoError(t, file.Close())
		_, err = w.SendFile(ctx, file, 0, -1)
		require.ErrorIs(t, err, os.ErrClosed, "that is no fault of the connection")
		_, err = w.WriteString("end")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		got, err := read.Await(ctx)
		require.NoError(t, err)
		require.Len(t, got, 300_003)
	})
}
