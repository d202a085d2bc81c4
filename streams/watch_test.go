//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams_test

import (
	"context"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func TestReadersAndWritersOfDescriptorsAreCalled(t *testing.T) {
	really(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		r, w, err := os.Pipe()
		require.NoError(t, err)
		defer r.Close()
		defer w.Close()
		rfd, wfd := r.Fd(), w.Fd() // blocking from here on
		var order []string
		come := async.NewFuture[string](ctx)
		require.NoError(t, streams.AddReader(l, rfd, func() {
			buf := make([]byte, 3)
			n, err := syscall.Read(int(rfd), buf)
			if err != nil {
				_ = come.SetError(err)
			}
			order = append(order, string(buf[:n]))
			if len(order) == 3 {
				streams.RemoveReader(l, rfd)
				_ = come.SetResult("all")
			}
		}))
		writes := 0
		require.NoError(t, streams.AddWriter(l, wfd, func() {
			if writes++; writes == 3 {
				_, _ = syscall.Write(int(wfd), []byte("abcdefg"))
				require.True(t, streams.RemoveWriter(l, wfd))
			}
		}))
		_, err = come.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, []string{"abc", "def", "g"}, order, "as long as there is something")
		require.Equal(t, 3, writes)
		require.False(t, streams.RemoveReader(l, rfd))
		require.False(t, streams.RemoveWriter(l, wfd))
	})
}

func TestADescriptorThatCannotBeWatchedIsAnError(t *testing.T) {
	really(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		f, err := os.CreateTemp(t.TempDir(), "")
		require.NoError(t, err)
		defer f.Close()
		require.Error(t, streams.AddReader(l, f.Fd(), func() {}))
		require.False(t, streams.RemoveReader(l, f.Fd()))
	})
}

func TestAServerRecoversFromTooManyDescriptors(t *testing.T) {
	streams.SetAcceptRetry(t, 20*time.Millisecond)
	var told events
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		s, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
		require.NoError(t, err)
		client, err := net.Dial("tcp", s.Addr().String())
		require.NoError(t, err)
		defer client.Close()
		var limit syscall.Rlimit
		require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
		none := limit
		none.Cur = 1
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
		defer func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) }()
		for len(told) < 2 {
			require.NoError(t, async.Sleep(ctx, time.Millisecond))
		}
		require.Zero(t, s.Clients())
		require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit))
		for s.Clients() == 0 {
			require.NoError(t, async.Sleep(ctx, time.Millisecond))
		}
		s.Close()
		s.CloseClients()
		return s.Wait(ctx)
	}))
	require.NoError(t, runner.Close())
	require.ErrorIs(t, told[0].Err, syscall.EMFILE)
	require.Less(t, len(told), 20)
}
