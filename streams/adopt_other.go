//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package streams

import (
	"net"

	"github.com/gobaton/async/internal/netpoll"
)

type osPoller struct{}

// watchDescriptors gives the hub what waits in the place of a poller.
func (h *hub) watchDescriptors() error {
	h.rests = netpoll.NewWaiter()
	return nil
}

func adoptConn(h *hub, c net.Conn) (Conn, error) { return Wrap(h.loop, c) }

func adoptListener(h *hub, l net.Listener) (Listener, error) { return WrapListener(h.loop, l) }

func adoptPackets(h *hub, c net.PacketConn) (PacketConn, error) { return newGoPackets(h, c), nil }
