package streams

import (
	"net"
	"slices"
	"sync"
)

// goPackets is any net.PacketConn: a goroutine reads it, a bounded number of
// datagrams ahead. Sending does not wait on a socket for datagrams.
type goPackets struct {
	hub    *hub
	conn   net.PacketConn
	onRead Turn

	mu      sync.Mutex
	changed sync.Cond
	reads   bool
	closed  bool
	queue   []packet
	err     error
}

type packet struct {
	data []byte
	from net.Addr
}

// packetsAhead is how many datagrams are read ahead; more stay in the system,
// which drops what it has no room for.
const packetsAhead = 64

func newGoPackets(h *hub, c net.PacketConn) *goPackets {
	p := &goPackets{hub: h, conn: c}
	p.changed.L = &p.mu
	h.open[p] = struct{}{}
	return p
}

// TryReadFrom implements PacketConn.
func (p *goPackets) TryReadFrom(b []byte) (int, net.Addr, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return 0, nil, net.ErrClosed
	case !p.reads:
		p.reads = true
		p.hub.goroutines.Go(p.readAll)
		return 0, nil, ErrNotReady
	case len(p.queue) > 0:
		d := p.queue[0]
		p.queue = p.queue[1:]
		p.changed.Broadcast()
		return copy(b, d.data), d.from, nil
	case p.err != nil:
		err := p.err
		p.err = nil
		p.changed.Broadcast()
		return 0, nil, err
	}
	return 0, nil, ErrNotReady
}

func (p *goPackets) readAll() {
	b := make([]byte, 64<<10)
	for {
		n, from, err := p.conn.ReadFrom(b)
		if !p.deliver(packet{slices.Clone(b[:n]), from}, err) {
			return
		}
	}
}

// deliver hands a datagram, or an error, over, and waits until there is room
// for more. It returns false if the socket was closed. An error, as that of a
// datagram that nobody took, is not the last.
func (p *goPackets) deliver(d packet, err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		p.queue = append(p.queue, d)
	} else {
		p.err = err
	}
	wake(p.onRead)
	for !p.closed && (len(p.queue) >= packetsAhead || p.err != nil) {
		p.changed.Wait()
	}
	return !p.closed
}

// TryWriteTo implements PacketConn.
func (p *goPackets) TryWriteTo(b []byte, to net.Addr) error {
	p.hub.loop.Weigh(weight)
	_, err := p.conn.WriteTo(b, to)
	return err
}

// Attach implements PacketConn.
func (p *goPackets) Attach(readable, _ Turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onRead = readable
}

// Outside implements PacketConn.
func (p *goPackets) Outside() bool { return true }

// LocalAddr implements PacketConn.
func (p *goPackets) LocalAddr() net.Addr { return p.conn.LocalAddr() }

// Close implements PacketConn.
func (p *goPackets) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.closed = true
	delete(p.hub.open, p)
	p.changed.Broadcast()
	wake(p.onRead)
	return p.conn.Close()
}
