package protocol_test

import (
	"context"
	"net"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

// slowPeer is a protocol that is told when its peer is slow.
type slowPeer struct {
	protocol.DatagramBase
	calls []string
	lost  bool
	fail  bool
}

func (p *slowPeer) PauseWriting()  { p.calls = append(p.calls, "pause") }
func (p *slowPeer) ResumeWriting() { p.calls = append(p.calls, "resume") }
func (p *slowPeer) ErrorReceived(error) {
	if p.fail {
		panic("ouch")
	}
}
func (p *slowPeer) ConnectionLost(error) { p.lost = true }

func TestDatagramTransportPausesAndResumesWriting(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere a full queue is an error")
	}
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		receiver, err := streams.ListenPacket(ctx, "unixgram", filepath.Join(t.TempDir(), "r"))
		require.NoError(t, err)
		defer receiver.Close()
		p := new(slowPeer)
		sender, err := protocol.ListenPacket(ctx, "unixgram", filepath.Join(t.TempDir(), "s"), func() protocol.DatagramProtocol { return p })
		require.NoError(t, err)
		require.Panics(t, func() { sender.SetLimits(1, 2) })
		sender.SetLimits(5000, 1000)
		sent := 0
		for ; sent < 10_000 && len(p.calls) == 0; sent++ {
			sender.SendTo(make([]byte, 100), receiver.LocalAddr())
		}
		require.Equal(t, []string{"pause"}, p.calls, "after %d datagrams", sent)
		require.Equal(t, 5100, sender.Unsent())
		p.calls = nil
		sender.SendTo(make([]byte, 100), receiver.LocalAddr())
		require.Empty(t, p.calls, "it was told before")
		for i := range sent + 1 {
			_, _, err := receiver.RecvFrom(ctx, make([]byte, 100))
			require.NoError(t, err)
			if i == 10 {
				require.Empty(t, p.calls, "not down at the mark")
			}
		}
		require.Equal(t, []string{"resume"}, p.calls)
		require.Zero(t, sender.Unsent())
		sender.Close()
		require.NoError(t, async.Yield(ctx))
		require.True(t, p.lost)
		return nil
	}))
}

func TestDatagramTransportWhoseErrorPanicsIsClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere a full queue is an error")
	}
	var told events
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		receiver, err := streams.ListenPacket(ctx, "unixgram", filepath.Join(t.TempDir(), "r"))
		require.NoError(t, err)
		p := &slowPeer{fail: true}
		sender, err := protocol.ListenPacket(ctx, "unixgram", filepath.Join(t.TempDir(), "s"), func() protocol.DatagramProtocol { return p })
		require.NoError(t, err)
		for sender.Unsent() == 0 {
			sender.SendTo([]byte("x"), receiver.LocalAddr())
		}
		sender.SendTo([]byte("x"), &net.UnixAddr{Name: "nobody"})
		require.NoError(t, receiver.Close()) // what was kept is refused from here on
		for !p.lost {
			require.NoError(t, async.Yield(ctx))
		}
		require.True(t, sender.IsClosing())
		return nil
	}))
	require.NoError(t, runner.Close())
	require.Len(t, told, 1)
	require.ErrorContains(t, told[0].Err, "ouch")
}
