package protocol

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"runtime/debug"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// A Transport is a connection as its Protocol uses it; asyncio.Transport. Its
// methods never suspend, but for those that take a ctx.
type Transport struct {
	loop     *async.Loop
	conn     streams.Conn
	writer   *streams.Writer
	protocol Protocol
	reads    *async.Callback
	made     bool // ConnectionMade was called
	paused   bool // PauseReading was called
	shaking  bool // StartTLS is under way
	ended    bool // EOFReceived was called
	onLost   func()
}

// newTransport puts a protocol on a connection. ConnectionMade is called in the
// next turn, and reading begins in the one after that.
// Who waits for that waits for made, unless it is nil.
func newTransport(loop *async.Loop, conn streams.Conn, p Protocol, accepted bool, made *primitives.Event) *Transport {
	t := &Transport{loop: loop, conn: conn, protocol: p}
	t.reads = loop.NewCallback(func() { t.guard(t.read) })
	t.writer = streams.NewWriter(loop, conn, streams.Events{Readable: t.reads, Accepted: accepted, Pause: t.pause, Resume: t.resume, Lost: t.lost})
	t.writer.Attach(nil)
	if conn.Outside() {
		loop.Expect(1)
	}
	loop.CallSoon(func() {
		t.made = true
		t.guard(func() { p.ConnectionMade(t) })
		t.watch()
		if made != nil {
			made.Set()
		}
	})
	return t
}

// watch lets what is there, or comes, be read from the next iteration on.
func (t *Transport) watch() {
	if t.made && !t.shaking && t.IsReading() {
		t.writer.Attach(t.reads)
		t.reads.Arrive()
	}
}

// guard calls f; a panic ends the connection.
func (t *Transport) guard(f func()) {
	defer func() {
		if v := recover(); v != nil {
			err := &async.PanicError{Task: "a protocol", Value: v, Stack: debug.Stack()}
			t.loop.Report(async.ErrorEvent{Message: "panic in a protocol", Err: err})
			t.writer.Fail(err)
		}
	}()
	f()
}

// chunk is how much is read in a turn.
const chunk = 64 << 10

// read takes what is there in one piece. If there may be more, it looks again
// in the next iteration, where asyncio's selector would tell.
func (t *Transport) read() {
	if !t.made || t.shaking || !t.IsReading() {
		return
	}
	b, buffered := t.protocol.(BufferedProtocol)
	var data []byte
	if buffered {
		data = b.GetBuffer(chunk)
	} else {
		data = chunks.Get().(*[chunk]byte)[:]
		defer chunks.Put((*[chunk]byte)(data))
	}
	n, err := t.receive(data)
	if n > 0 && err != streams.ErrNotReady {
		t.watch()
	}
	switch {
	case n == 0 && err == io.EOF:
		t.eof()
	case n == 0 && err != streams.ErrNotReady:
		t.writer.Fail(err)
	case n == 0:
	case buffered:
		b.BufferUpdated(n)
	default:
		t.protocol.DataReceived(data[:n])
	}
}

// receive reads until there is no more, or data is full. Whatever else comes
// after bytes comes again.
func (t *Transport) receive(data []byte) (n int, err error) {
	for n < len(data) && err == nil {
		var k int
		k, err = t.conn.TryRead(data[n:])
		n += k
	}
	return n, err
}

func (t *Transport) eof() {
	t.ended = true
	if !t.protocol.EOFReceived() {
		t.Close()
	}
}

func (t *Transport) pause() {
	if p, ok := t.protocol.(Pauser); ok {
		t.guard(p.PauseWriting)
	}
}

func (t *Transport) resume() {
	if p, ok := t.protocol.(Pauser); ok {
		t.guard(p.ResumeWriting)
	}
}

func (t *Transport) lost(err error) {
	if t.conn.Outside() {
		t.loop.Expect(-1)
	}
	t.guard(func() { t.protocol.ConnectionLost(err) })
	if t.onLost != nil {
		t.onLost()
	}
}

// Write sends data, or keeps what does not go now; asyncio's write. What is
// written to a connection that has ended is dropped: ConnectionLost tells.
func (t *Transport) Write(data []byte) (int, error) {
	n, err := t.writer.Write(data)
	if err != nil && !t.IsClosing() && err != streams.ErrHalfClosed {
		t.writer.Fail(err)
	}
	return n, err
}

// WriteString does what Write does, with a string.
func (t *Transport) WriteString(s string) (int, error) { return t.Write([]byte(s)) }

// SendFile sends a file from an offset on, at most count bytes of it, or all of
// it if count is negative; asyncio's loop.sendfile. All is as with
// [streams.Writer.SendFile]: it suspends, and nothing may be written meanwhile.
func (t *Transport) SendFile(ctx context.Context, file io.ReaderAt, offset, count int64) (sent int64, err error) {
	return t.writer.SendFile(ctx, file, offset, count)
}

// StartTLS encrypts the connection from here on; asyncio's loop.start_tls. It
// suspends until what was written has been sent and the handshake is done, and
// nothing may be written meanwhile. Who accepted the connection is the server;
// a client's config needs a ServerName.
//
// If that fails, or ctx is canceled first, the connection is lost.
func (t *Transport) StartTLS(ctx context.Context, config *tls.Config) error {
	t.shaking = true
	err := t.writer.StartTLS(ctx, nil, config)
	t.shaking = false
	if err != nil {
		t.writer.Fail(err)
		return err
	}
	t.conn = t.writer.Conn()
	t.watch()
	return nil
}

// WriteEOF lets the other side read the end of the stream after what was
// written.
func (t *Transport) WriteEOF() error { return t.writer.WriteEOF() }

// CanWriteEOF reports whether WriteEOF means something to the other side.
func (t *Transport) CanWriteEOF() bool { return t.writer.CanWriteEOF() }

// Close closes the connection when what was written has been sent. Nothing is
// read from then on.
func (t *Transport) Close() { _ = t.writer.Close() }

// Abort closes the connection at once: what is unsent is lost.
func (t *Transport) Abort() { t.writer.Abort() }

// IsClosing reports whether the connection is closed, or about to be.
func (t *Transport) IsClosing() bool { return t.writer.IsClosing() }

// PauseReading keeps DataReceived from being called until ResumeReading.
func (t *Transport) PauseReading() {
	if t.IsReading() {
		t.paused = true
		t.writer.Attach(nil)
	}
}

// ResumeReading takes PauseReading back.
func (t *Transport) ResumeReading() {
	if t.paused {
		t.paused = false
		t.watch()
	}
}

// IsReading reports whether DataReceived may be called.
func (t *Transport) IsReading() bool { return !t.paused && !t.ended && !t.IsClosing() }

// SetLimits sets the water marks of PauseWriting and ResumeWriting, in bytes;
// asyncio's set_write_buffer_limits. They begin as 64 KiB and 16 KiB.
func (t *Transport) SetLimits(high, low int) { t.writer.SetLimits(high, low) }

// Unsent returns how many bytes were written and not sent; asyncio's
// get_write_buffer_size.
func (t *Transport) Unsent() int { return t.writer.Unsent() }

// Protocol returns the protocol that is called.
func (t *Transport) Protocol() Protocol { return t.protocol }

// SetProtocol puts another protocol in the place of the one that is called.
func (t *Transport) SetProtocol(p Protocol) {
	t.protocol = p
	t.reads.Enqueue()
}

// LocalAddr returns the address on this side; asyncio's extra info "sockname".
func (t *Transport) LocalAddr() net.Addr { return t.conn.LocalAddr() }

// RemoteAddr returns the address on the other side; asyncio's extra info
// "peername".
func (t *Transport) RemoteAddr() net.Addr { return t.conn.RemoteAddr() }

// Loop returns the loop that the connection belongs to.
func (t *Transport) Loop() *async.Loop { return t.loop }

// String names both ends.
func (t *Transport) String() string {
	return fmt.Sprintf("<Transport %v to %v>", t.LocalAddr(), t.RemoteAddr())
}
