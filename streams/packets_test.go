package streams_test

import (
	"context"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
	"github.com/gobaton/async/streams/streamstest"
)

// opening returns what opens sockets for datagrams.
func opening(n streams.Network, network, address string) func(ctx context.Context) (*streams.PacketSocket, error) {
	return func(ctx context.Context) (*streams.PacketSocket, error) {
		return (&streams.Options{Network: n}).ListenPacket(ctx, network, address)
	}
}

func TestPacketSocketsOfTheSystem(t *testing.T) {
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			n := &streams.System{Goroutines: goroutines}
			counts := runtime.GOOS == "linux"
			t.Run("UDP", func(t *testing.T) {
				streamstest.TestPackets(t, streamstest.PacketKind{Run: really, Open: opening(n, "udp", "127.0.0.1:0"), Counts: counts})
			})
			t.Run("UDP, IPv6", func(t *testing.T) {
				requireIPv6(t)
				streamstest.TestPackets(t, streamstest.PacketKind{Run: really, Open: opening(n, "udp", "[::1]:0"), Counts: counts})
			})
			t.Run("Unix", func(t *testing.T) {
				if runtime.GOOS != "linux" {
					t.Skip("elsewhere a full queue is an error")
				}
				streamstest.TestPackets(t, streamstest.PacketKind{Run: really, Waits: true, Open: func(ctx context.Context) (*streams.PacketSocket, error) {
					return opening(n, "unixgram", socketPath(t))(ctx)
				}})
			})
		})
	}
}

func requireIPv6(t *testing.T) {
	c, err := net.ListenPacket("udp", "[::1]:0")
	if err != nil {
		t.Skip("this machine has no IPv6")
	}
	require.NoError(t, c.Close())
}

func TestPacketSocketsInMemory(t *testing.T) {
	n := new(streams.Memory)
	streamstest.TestPackets(t, streamstest.PacketKind{Run: asynctestRun, Open: opening(n, "udp", ":0"), Counts: true})
}

func TestPacketSocketOfBothFamiliesSpeaksIPv4(t *testing.T) {
	requireIPv6(t)
	really(t, func(ctx context.Context) {
		both, err := streams.ListenPacket(ctx, "udp", ":0")
		require.NoError(t, err)
		old, err := streams.ListenPacket(ctx, "udp4", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, both.SendTo(ctx, []byte("hello"), old.LocalAddr()))
		p := make([]byte, 10)
		n, from, err := old.RecvFrom(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "hello", string(p[:n]))
		require.NoError(t, old.SendTo(ctx, []byte("back"), from))
		n, from, err = both.RecvFrom(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "back", string(p[:n]))
		require.Equal(t, old.LocalAddr().String(), from.String())
		require.NoError(t, both.Close())
		require.NoError(t, old.Close())
	})
}

func TestPacketSocketTellsWhatTheSystemRefuses(t *testing.T) {
	for name, goroutines := range map[string]bool{"poller": false, "goroutines": true} {
		t.Run(name, func(t *testing.T) {
			really(t, func(ctx context.Context) {
				s, err := opening(&streams.System{Goroutines: goroutines}, "udp4", "127.0.0.1:0")(ctx)
				require.NoError(t, err)
				defer s.Close()
				for _, c := range []struct {
					size int
					to   net.Addr
				}{
					{100_000, s.LocalAddr()}, // too long
					{1, &net.UDPAddr{IP: net.ParseIP("2001:db8::1"), Port: 9}},
					{1, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 9}},
				} {
					var err error
					for err == nil { // a goroutine tells later
						err = s.SendTo(ctx, make([]byte, c.size), c.to)
						require.NoError(t, async.Sleep(ctx, time.Millisecond))
					}
					require.ErrorAs(t, err, new(*net.OpError))
					for err != nil {
						err = s.SendTo(ctx, []byte("x"), s.LocalAddr())
					}
				}
			})
		})
	}
}

func TestPacketSocketThatGoroutinesServeSendsWhatItTookBeforeClose(t *testing.T) {
	really(t, func(ctx context.Context) {
		n := &streams.System{Goroutines: true}
		receiver, err := opening(n, "udp", "127.0.0.1:0")(ctx)
		require.NoError(t, err)
		sender, err := opening(n, "udp", "127.0.0.1:0")(ctx)
		require.NoError(t, err)
		for range 50 {
			require.NoError(t, sender.SendTo(ctx, []byte("x"), receiver.LocalAddr()))
		}
		require.NoError(t, sender.Close())
		for range 50 {
			_, _, err := receiver.RecvFrom(ctx, make([]byte, 1))
			require.NoError(t, err)
		}
		require.NoError(t, receiver.Close())
	})
}

func TestPacketSocketThatIsLeftOpenIsClosedWithTheLoop(t *testing.T) {
	for _, goroutines := range []bool{false, true} {
		var addr net.Addr
		really(t, func(ctx context.Context) {
			s, err := opening(&streams.System{Goroutines: goroutines}, "udp", "127.0.0.1:0")(ctx)
			require.NoError(t, err)
			addr = s.LocalAddr()
			err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
				_, _, err := s.RecvFrom(ctx, make([]byte, 1))
				return err
			})
			require.ErrorIs(t, err, async.ErrTimeout)
		})
		c, err := net.ListenPacket("udp", addr.String())
		require.NoError(t, err)
		require.NoError(t, c.Close())
	}
}

func TestPacketSocketIsReadWithoutAGoroutine(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there goroutines read")
	}
	really(t, func(ctx context.Context) {
		s, err := streams.ListenPacket(ctx, "udp", "127.0.0.1:0")
		require.NoError(t, err)
		defer s.Close()
		require.ErrorIs(t, async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, _, err := s.RecvFrom(ctx, make([]byte, 1))
			return err
		}), async.ErrTimeout)
		stacks := make([]byte, 1<<20)
		stacks = stacks[:runtime.Stack(stacks, true)]
		require.False(t, strings.Contains(string(stacks), "goPackets"))
	})
}
