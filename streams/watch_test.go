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

func TestServerRecoversFromTooManyDescriptors(t *testing.T) {
	streams.SetAcceptRetry(t, 20*time.Millisecond)
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			var told events
			runner := &async.Runner{OnError: told.add}
			require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
				o := &streams.Options{Network: &streams.System{Goroutines: goroutines}}
				s, err := o.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
				require.NoError(t, err)
				giveBack := takeDescriptors(t, s.Addr())
				for len(told) < 2 {
					require.NoError(t, async.Sleep(ctx, time.Millisecond))
				}
				require.Zero(t, s.Clients())
				giveBack()
				for s.Clients() == 0 {
					require.NoError(t, async.Sleep(ctx, time.Millisecond))
				}
				s.Close()
				s.CloseClients()
				return s.Wait(ctx)
			}))
			require.NoError(t, runner.Close())
			for _, e := range told {
				require.ErrorIs(t, e.Err, syscall.EMFILE)
			}
			require.Less(t, len(told), 20, "it tries again at once")
		})
	}
}

func TestServersRecoverFromTooManyDescriptors(t *testing.T) {
	streams.SetAcceptRetry(t, 20*time.Millisecond)
	for _, given := range []bool{false, true} {
		var told events
		runner := &async.Runner{OnError: told.add}
		require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
			o := &streams.Options{Loops: 2}
			if given {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				o.Listener = l
			}
			s, err := o.StartServers(ctx, "tcp", "127.0.0.1:0", func(context.Context) (streams.Handler, error) { return echo, nil })
			require.NoError(t, err)
			giveBack := takeDescriptors(t, s.Addr())
			for len(told) < 2 {
				require.NoError(t, async.Sleep(ctx, time.Millisecond))
			}
			giveBack()
			for clients := 0; clients == 0; {
				require.NoError(t, s.Each(ctx, func(_ context.Context, server *streams.Server) error {
					clients += server.Clients()
					return nil
				}))
			}
			s.Close()
			s.CloseClients()
			return s.Wait(ctx)
		}))
		require.NoError(t, runner.Close())
		require.ErrorIs(t, told[0].Err, syscall.EMFILE)
		require.Less(t, len(told), 20, "it tries again at once")
	}
}

// takeDescriptors lets a client come to an address at a time at which no
// descriptor is left, until giveBack is called.
func takeDescriptors(t *testing.T, addr net.Addr) (giveBack func()) {
	client, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(client) })
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	none := limit
	none.Cur = 1
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none))
	giveBack = func() { _ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) }
	t.Cleanup(giveBack)
	to := &syscall.SockaddrInet4{Port: addr.(*net.TCPAddr).Port, Addr: [4]byte{127, 0, 0, 1}}
	require.NoError(t, syscall.Connect(client, to))
	return giveBack
}
