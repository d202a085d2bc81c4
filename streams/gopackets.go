package streams

import (
	"net"
	"slices"
	"sync"
	"syscall"
	"time"
)

// goPackets is any net.PacketConn: one goroutine reads it and another writes
// it, each a bounded number of datagrams ahead. They begin when they are first
// needed.
type goPackets struct {
	hub     *hub
	conn    net.PacketConn
	onRead  Turn
	onWrite Turn

	mu      sync.Mutex
	changed sync.Cond // for the goroutines
	closed  bool

	reads   bool
	queue   []packet
	readErr error

	writes   bool
	out      []packet
	writeErr error // of a datagram that was taken before
	asked    bool  // TryWriteTo has said that there is no room
	dropped  uint64
}

// packet is a datagram, and where it comes from or goes.
type packet struct {
	data []byte
	addr net.Addr
}

// packetsAhead is how many datagrams are read ahead, and how many are taken to
// be written. More of the former stay in the system, which drops what it has no
// room for.
const packetsAhead = 64

func newGoPackets(h *hub, c net.PacketConn) *goPackets {
	p := &goPackets{hub: h, conn: c}
	p.changed.L = &p.mu
	h.open[p] = struct{}{}
	h.wrapped++
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
		return copy(b, d.data), d.addr, nil
	case p.readErr != nil:
		err := p.readErr
		p.readErr = nil
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
		p.readErr = err
	}
	wake(p.onRead)
	for !p.closed && (len(p.queue) >= packetsAhead || p.readErr != nil) {
		p.changed.Wait()
	}
	return !p.closed
}

// TryWriteTo implements PacketConn. What the system says of a datagram is the
// error of a later call.
func (p *goPackets) TryWriteTo(b []byte, to net.Addr) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return net.ErrClosed
	case p.writeErr != nil:
		err := p.writeErr
		p.writeErr = nil
		return err
	case len(p.out) >= packetsAhead:
		p.asked = true
		return ErrNotReady
	case !p.writes:
		p.writes = true
		p.hub.goroutines.Go(p.writeAll)
	}
	p.out = append(p.out, packet{slices.Clone(b), to})
	p.changed.Broadcast()
	return nil
}

// writeAll writes until the socket is closed and nothing is left.
func (p *goPackets) writeAll() {
	for {
		d, ok := p.take()
		if !ok {
			_ = p.conn.Close()
			return
		}
		_, err := p.conn.WriteTo(d.data, d.addr)
		p.wrote(err)
	}
}

// take waits for something to write; false: nothing will come.
func (p *goPackets) take() (packet, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.out) == 0 && !p.closed {
		p.changed.Wait()
	}
	if len(p.out) == 0 {
		return packet{}, false
	}
	return p.out[0], true
}

func (p *goPackets) wrote(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out = p.out[1:]
	if err != nil {
		p.writeErr = err
	}
	if p.asked {
		p.asked = false
		wake(p.onWrite)
	}
}

// Attach implements PacketConn.
func (p *goPackets) Attach(readable, writable Turn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onRead, p.onWrite = readable, writable
}

// Outside implements PacketConn.
func (p *goPackets) Outside() bool { return true }

// LocalAddr implements PacketConn.
func (p *goPackets) LocalAddr() net.Addr { return p.conn.LocalAddr() }

// Dropped implements PacketConn.
func (p *goPackets) Dropped() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.dropped = dropsOf(p.conn)
	}
	return p.dropped
}

// dropsOf returns what the system tells of a socket's losses.
func dropsOf(c net.PacketConn) (n uint64) {
	if s, ok := c.(syscall.Conn); ok {
		if raw, err := s.SyscallConn(); err == nil {
			_ = raw.Control(func(fd uintptr) { n = drops(int(fd)) })
		}
	}
	return n
}

// lastWrites is how long what was taken may take to go when the socket is
// closed.
const lastWrites = time.Second

// Close implements PacketConn. What was taken is still sent.
func (p *goPackets) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.dropped = dropsOf(p.conn)
	p.closed = true
	delete(p.hub.open, p)
	p.hub.wrapped--
	p.changed.Broadcast()
	wake(p.onRead)
	wake(p.onWrite)
	if p.writes && len(p.out) > 0 { // its goroutine closes
		_ = p.conn.SetReadDeadline(time.Unix(1, 0))
		return p.conn.SetWriteDeadline(time.Now().Add(lastWrites))
	}
	return p.conn.Close()
}
