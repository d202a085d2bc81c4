package streams

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"syscall"

	"github.com/gobaton/async"
)

// A Memory is a network in memory, for tests: see [Pipe]. Its addresses look
// like those of package net, and mean nothing outside. The zero Memory is
// ready. It belongs to the loop that it is used in while anything listens.
type Memory struct {
	// Hosts are the names that Lookup knows, beside localhost.
	Hosts map[string][]netip.Addr

	// Room is how many bytes a connection takes before its reader has read
	// them; 0: 64 KiB.
	Room int

	loop      *async.Loop
	listeners map[string]*memoryListener
	packets   map[string]*memoryPackets
	ports     int // given out
}

// firstPort is the first port that is given out where 0 was asked for.
const firstPort = 49152

func (m *Memory) enter(ctx context.Context) *async.Loop {
	l := async.RunningLoop(ctx)
	if m.loop != l {
		if len(m.listeners)+len(m.packets) > 0 {
			panic("streams: a Memory of one loop was used in another: make one for each")
		}
		m.loop = l
		m.listeners, m.packets = map[string]*memoryListener{}, map[string]*memoryPackets{}
	}
	return l
}

// place returns where an address is found: hosts that mean any are left out.
func place(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	switch host {
	case "", "0.0.0.0", "::", "localhost", "127.0.0.1", "::1":
		host = ""
	}
	return host + ":" + port
}

// bind completes an address to listen on.
func (m *Memory) bind(network, address string) memoryAddr {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return memoryAddr{network, address}
	}
	if host == "" {
		host = "localhost"
	}
	if port == "0" || port == "" {
		port = strconv.Itoa(firstPort + m.ports)
		m.ports++
	}
	return memoryAddr{network, net.JoinHostPort(host, port)}
}

// Dial implements Network. It does not suspend.
func (m *Memory) Dial(ctx context.Context, network, address string) (Conn, error) {
	loop := m.enter(ctx)
	remote := memoryAddr{network, address}
	l := m.listeners[place(address)]
	if l == nil {
		return nil, opError("dial", nil, remote, "connect", syscall.ECONNREFUSED)
	}
	c := newMemoryPair(loop, m.bind(network, "localhost:0"), l.addr, m.Room)
	l.take(c.peer)
	return c, nil
}

// Listen implements Network. It does not suspend.
func (m *Memory) Listen(ctx context.Context, network, address string) (Listener, error) {
	m.enter(ctx)
	l := &memoryListener{memory: m, addr: m.bind(network, address)}
	l.place = place(l.addr.address)
	if m.listeners[l.place] != nil {
		return nil, opError("listen", nil, l.addr, "bind", syscall.EADDRINUSE)
	}
	m.listeners[l.place] = l
	return l, nil
}

// ListenPacket implements Network. It does not suspend.
func (m *Memory) ListenPacket(ctx context.Context, network, address string) (PacketConn, error) {
	m.enter(ctx)
	p := &memoryPackets{memory: m, addr: m.bind(network, address)}
	p.place = place(p.addr.address)
	if m.packets[p.place] != nil {
		return nil, opError("listen", nil, p.addr, "bind", syscall.EADDRINUSE)
	}
	m.packets[p.place] = p
	return p, nil
}

// Lookup implements Network. It passes the baton once.
func (m *Memory) Lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	if err := async.Yield(ctx); err != nil {
		return nil, err
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return []netip.Addr{addr}, nil
	}
	if addrs, ok := m.Hosts[host]; ok {
		return addrs, nil
	}
	if host == "localhost" {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// memoryListener listens in a Memory.
type memoryListener struct {
	memory   *Memory
	addr     memoryAddr
	place    string
	backlog  []*memoryConn
	closed   bool
	waits    bool // TryAccept has found nothing
	onAccept Turn
}

func (l *memoryListener) take(c *memoryConn) {
	l.backlog = append(l.backlog, c)
	if l.waits {
		l.waits = false
		arrive(l.onAccept)
	}
}

// TryAccept implements Listener.
func (l *memoryListener) TryAccept() (Conn, error) {
	switch {
	case l.closed:
		return nil, net.ErrClosed
	case len(l.backlog) == 0:
		l.waits = true
		return nil, ErrNotReady
	}
	c := l.backlog[0]
	l.backlog = l.backlog[1:]
	return c, nil
}

// Attach implements Listener.
func (l *memoryListener) Attach(acceptable Turn) { l.onAccept = acceptable }

// Outside implements Listener.
func (l *memoryListener) Outside() bool { return false }

// Addr implements Listener.
func (l *memoryListener) Addr() net.Addr { return l.addr }

// Close implements Listener. Connections that nobody has accepted are reset.
func (l *memoryListener) Close() error {
	if l.closed {
		return net.ErrClosed
	}
	l.closed = true
	delete(l.memory.listeners, l.place)
	for _, c := range l.backlog {
		_ = c.Close()
	}
	enqueue(l.onAccept)
	return nil
}

// memoryPackets is a socket for datagrams in a Memory.
type memoryPackets struct {
	memory  *Memory
	addr    memoryAddr
	place   string
	queue   []memoryPacket
	dropped uint64
	closed  bool
	reader  bool
	onRead  Turn
}

type memoryPacket struct {
	data []byte
	from net.Addr
}

// backlog is how many datagrams wait in a socket in memory; more are lost.
const backlog = 64

// TryReadFrom implements PacketConn.
func (p *memoryPackets) TryReadFrom(b []byte) (int, net.Addr, error) {
	switch {
	case p.closed:
		return 0, nil, net.ErrClosed
	case len(p.queue) == 0:
		p.reader = true
		return 0, nil, ErrNotReady
	}
	d := p.queue[0]
	p.queue = p.queue[1:]
	return copy(b, d.data), d.from, nil
}

// TryWriteTo implements PacketConn. Datagrams to nobody are lost.
func (p *memoryPackets) TryWriteTo(b []byte, to net.Addr) error {
	if p.closed {
		return net.ErrClosed
	}
	q := p.memory.packets[place(to.String())]
	if q == nil {
		return nil
	}
	if len(q.queue) >= backlog {
		q.dropped++
		return nil
	}
	q.queue = append(q.queue, memoryPacket{append([]byte(nil), b...), p.addr})
	if q.reader {
		q.reader = false
		arrive(q.onRead)
	}
	return nil
}

// Attach implements PacketConn.
func (p *memoryPackets) Attach(readable, _ Turn) { p.onRead = readable }

// Outside implements PacketConn.
func (p *memoryPackets) Outside() bool { return false }

// Dropped implements PacketConn.
func (p *memoryPackets) Dropped() uint64 { return p.dropped }

// LocalAddr implements PacketConn.
func (p *memoryPackets) LocalAddr() net.Addr { return p.addr }

// Close implements PacketConn.
func (p *memoryPackets) Close() error {
	if p.closed {
		return net.ErrClosed
	}
	p.closed = true
	delete(p.memory.packets, p.place)
	enqueue(p.onRead)
	return nil
}
