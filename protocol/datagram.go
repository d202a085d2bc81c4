package protocol

import (
	"context"
	"errors"
	"net"
	"runtime/debug"
	"slices"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// A DatagramTransport sends datagrams; asyncio.DatagramTransport. Its methods
// never suspend.
type DatagramTransport struct {
	loop     *async.Loop
	conn     streams.PacketConn
	protocol DatagramProtocol
	reads    *async.Callback
	sends    *async.Callback
	made     bool
	closing  bool
	lost     bool
	queue    []datagram // unsent
	unsent   int        // bytes in queue
	high     int        // water marks
	low      int
	paused   bool // over the high one, until at most the low one is left
}

// The water marks, as asyncio's.
const (
	defaultHigh = 64 << 10
	defaultLow  = defaultHigh / 4
)

type datagram struct {
	data []byte
	to   net.Addr
}

// ListenPacket opens a socket for datagrams on an address and returns its
// transport; asyncio's create_datagram_endpoint. It returns when ConnectionMade
// has been called. It suspends.
func ListenPacket(ctx context.Context, network, address string, factory func() DatagramProtocol) (*DatagramTransport, error) {
	return new(Options).ListenPacket(ctx, network, address, factory)
}

// ListenPacket does what the function ListenPacket does, with these options.
func (o *Options) ListenPacket(ctx context.Context, network, address string, factory func() DatagramProtocol) (*DatagramTransport, error) {
	conn, err := o.network().ListenPacket(ctx, network, address)
	if err != nil {
		return nil, err
	}
	t := &DatagramTransport{loop: async.RunningLoop(ctx), conn: conn, protocol: factory(), high: defaultHigh, low: defaultLow}
	t.reads = t.loop.NewCallback(func() { t.guard(t.read) })
	t.sends = t.loop.NewCallback(func() { t.guard(t.flush) })
	conn.Attach(t.reads, t.sends)
	if conn.Outside() {
		t.loop.Expect(1)
	}
	t.loop.CallSoon(func() {
		t.made = true
		t.guard(func() { t.protocol.ConnectionMade(t) })
		t.reads.Arrive()
	})
	for range 2 {
		if err := async.Yield(ctx); err != nil {
			t.Abort()
			return nil, err
		}
	}
	return t, nil
}

// guard calls f; a panic closes the socket.
func (t *DatagramTransport) guard(f func()) {
	defer func() {
		if v := recover(); v != nil {
			err := &async.PanicError{Task: "a protocol", Value: v, Stack: debug.Stack()}
			t.loop.Report(async.ErrorEvent{Message: "panic in a protocol", Err: err})
			t.end(err)
		}
	}()
	f()
}

// read takes one datagram, and looks again in the next turn.
func (t *DatagramTransport) read() {
	if !t.made || t.closing {
		return
	}
	data := chunks.Get().(*[chunk]byte)[:]
	defer chunks.Put((*[chunk]byte)(data))
	n, from, err := t.conn.TryReadFrom(data)
	switch {
	case err == streams.ErrNotReady || errors.Is(err, net.ErrClosed):
		return
	case err != nil:
		t.protocol.ErrorReceived(err)
	default:
		t.protocol.DatagramReceived(data[:n], from)
	}
	t.reads.Arrive()
}

// SendTo sends a datagram, or keeps it while there is no room; asyncio's
// sendto. What the system refuses goes to ErrorReceived.
func (t *DatagramTransport) SendTo(data []byte, to net.Addr) {
	if t.closing {
		return
	}
	if len(t.queue) == 0 && t.send(data, to) {
		return
	}
	t.queue = append(t.queue, datagram{slices.Clone(data), to})
	t.unsent += len(data)
	t.pause()
}

// pause tells a Pauser that the high water mark was passed.
func (t *DatagramTransport) pause() {
	if t.paused || t.unsent <= t.high {
		return
	}
	t.paused = true
	if p, ok := t.protocol.(Pauser); ok {
		t.guard(p.PauseWriting)
	}
}

// resume tells a Pauser that no more than the low water mark is left.
func (t *DatagramTransport) resume() {
	if !t.paused || t.unsent > t.low {
		return
	}
	t.paused = false
	if p, ok := t.protocol.(Pauser); ok {
		t.guard(p.ResumeWriting)
	}
}

// send returns false where there is no room.
func (t *DatagramTransport) send(data []byte, to net.Addr) bool {
	err := t.conn.TryWriteTo(data, to)
	if err == streams.ErrNotReady {
		return false
	}
	if err != nil {
		t.guard(func() { t.protocol.ErrorReceived(err) })
	}
	return true
}

func (t *DatagramTransport) flush() {
	for len(t.queue) > 0 {
		next := t.queue[0]
		if !t.send(next.data, next.to) {
			break
		}
		if t.lost { // ErrorReceived has ended it
			return
		}
		t.queue, t.unsent = t.queue[1:], t.unsent-len(next.data)
	}
	t.resume()
	if t.closing && len(t.queue) == 0 {
		t.end(nil)
	}
}

// Close closes the socket when what was kept has been sent.
func (t *DatagramTransport) Close() {
	if t.closing {
		return
	}
	t.closing = true
	if len(t.queue) == 0 {
		t.end(nil)
	}
}

// Abort closes the socket at once.
func (t *DatagramTransport) Abort() { t.end(nil) }

// end closes the socket, and tells in the next turn.
func (t *DatagramTransport) end(err error) {
	if t.lost {
		return
	}
	t.closing, t.lost = true, true
	t.queue, t.unsent = nil, 0
	_ = t.conn.Close()
	if t.conn.Outside() {
		t.loop.Expect(-1)
	}
	t.loop.CallSoon(func() { t.guard(func() { t.protocol.ConnectionLost(err) }) })
}

// SetLimits sets the water marks of PauseWriting and ResumeWriting, in bytes,
// of which low may not be above high; asyncio's set_write_buffer_limits. They
// begin as 64 KiB and 16 KiB. A DatagramProtocol that is a [Pauser] is called.
func (t *DatagramTransport) SetLimits(high, low int) {
	if low < 0 || low > high {
		panic("protocol: SetLimits with a low water mark that is negative, or above the high one")
	}
	t.high, t.low = high, low
	t.pause()
}

// Unsent returns how many bytes were kept and not sent; asyncio's
// get_write_buffer_size.
func (t *DatagramTransport) Unsent() int { return t.unsent }

// Dropped returns how many datagrams came and were lost, as there was no room
// for them: 0 where the system does not tell, which Linux does.
func (t *DatagramTransport) Dropped() uint64 { return t.conn.Dropped() }

// IsClosing reports whether the socket is closed, or about to be.
func (t *DatagramTransport) IsClosing() bool { return t.closing }

// LocalAddr returns the address that the socket was bound to.
func (t *DatagramTransport) LocalAddr() net.Addr { return t.conn.LocalAddr() }
