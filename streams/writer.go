package streams

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/gobaton/async"
)

var errClosed = net.ErrClosed

// A Writer writes a connection; asyncio.StreamWriter. What it is given goes out
// at once as far as it can; the rest is kept and goes out by itself. So Write
// never suspends, and [Writer.Drain] is where a task waits for a slow peer.
//
// A Writer that is forgotten without a Close is reported to the loop's error
// handler, and its connection is closed: when it is collected, and at the
// latest with the loop; in virtual time only then.
type Writer struct {
	link *link
}

// Write writes p, or keeps what does not go now; asyncio's write. It never
// suspends. It returns the error that has ended the connection, if one has;
// net.ErrClosed after Close.
func (w *Writer) Write(p []byte) (int, error) {
	if err := w.link.write(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// WriteString does what Write does, with a string.
func (w *Writer) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// WriteLines writes all of lines, in one piece; asyncio's writelines. It adds
// nothing between them.
func (w *Writer) WriteLines(lines ...[]byte) error {
	n := 0
	for _, line := range lines {
		n += len(line)
	}
	all := make([]byte, 0, n)
	for _, line := range lines {
		all = append(all, line...)
	}
	return w.link.write(all)
}

// Drain suspends while more than the high water mark is unsent, until it is no
// more than the low one; asyncio's drain. It passes the baton now and then
// where the peer is never slow. It returns the error that has ended the
// connection, if one has. Any number of tasks may wait.
//
// If ctx is canceled first, Drain returns its error; what was written goes out
// all the same.
func (w *Writer) Drain(ctx context.Context) error {
	l := w.link
	if l.closing || l.unreported || !l.paused && l.spent >= budget {
		l.spent = 0
		if err := async.Yield(ctx); err != nil {
			return err
		}
	}
	if l.paused {
		l.spent = 0
		if err := l.resumed.Wait(ctx); err != nil {
			return err
		}
	}
	if l.err == nil && l.closed {
		return errClosed
	}
	return l.err
}

// SetLimits sets the water marks, in bytes, of which low may not be above high;
// asyncio's set_write_buffer_limits. They begin as 64 KiB and 16 KiB.
func (w *Writer) SetLimits(high, low int) {
	if low < 0 || low > high {
		panic("streams: SetLimits with a low water mark that is negative, or above the high one")
	}
	w.link.high, w.link.low = high, low
	w.link.pause()
}

// Unsent returns how many bytes were written and not sent; asyncio's
// get_write_buffer_size.
func (w *Writer) Unsent() int { return w.link.size() }

// CanWriteEOF reports whether WriteEOF means something to the other side.
func (w *Writer) CanWriteEOF() bool {
	_, encrypted := w.link.conn.(*tlsConn)
	return !encrypted
}

// WriteEOF lets the other side read io.EOF after what was written; asyncio's
// write_eof. Reading goes on. It never suspends.
func (w *Writer) WriteEOF() error {
	l := w.link
	l.mustNotSendFile()
	switch {
	case l.err != nil:
		return l.err
	case l.closing:
		return errClosed
	}
	l.half = true
	if l.size() == 0 {
		l.finish()
	}
	return nil
}

// Close closes the connection when what was written has been sent; asyncio's
// close. It never suspends: see [Writer.WaitClosed]. Reads and writes fail with
// net.ErrClosed from then on. It returns the error that ended the connection
// before, if one did.
func (w *Writer) Close() error {
	l := w.link
	err := l.err
	l.close()
	if errors.Is(err, errClosed) {
		return nil
	}
	return err
}

// Abort closes the connection at once; asyncio's transport.abort. What is
// unsent is lost.
func (w *Writer) Abort() { w.link.end() }

// IsClosing reports whether Close or Abort was called.
func (w *Writer) IsClosing() bool { return w.link.closing }

// WaitClosed suspends until the connection is closed, which is after what was
// written has been sent, or could not be; asyncio's wait_closed. It returns the
// error that ended the connection, if one did. A peer that reads nothing can
// keep it waiting: use a timeout, and Abort. It panics before Close, where it
// would have nothing to wait for.
//
// If ctx is canceled first, WaitClosed returns its error.
func (w *Writer) WaitClosed(ctx context.Context) error {
	l := w.link
	if !l.closing {
		panic("streams: WaitClosed of a Writer that was not closed: call Close first")
	}
	if err := l.over.Wait(ctx); err != nil {
		return err
	}
	return l.err
}

// LocalAddr returns the address on this side; asyncio's extra info "sockname".
func (w *Writer) LocalAddr() net.Addr { return w.link.conn.LocalAddr() }

// RemoteAddr returns the address on the other side; asyncio's extra info
// "peername".
func (w *Writer) RemoteAddr() net.Addr { return w.link.conn.RemoteAddr() }

// TLS returns the state of the encryption, if there is any; asyncio's extra
// info "ssl_object".
func (w *Writer) TLS() (state tls.ConnectionState, ok bool) {
	c, ok := w.link.conn.(*tlsConn)
	if !ok {
		return state, false
	}
	return c.tls.ConnectionState(), true
}

// Control calls f with the descriptor of the connection, which f must not
// close, nor keep: to set an option of the socket; asyncio's extra info
// "socket". It returns errors.ErrUnsupported where there is no descriptor, as
// in memory.
func (w *Writer) Control(f func(fd uintptr)) error { return control(w.link.conn, f) }

// Conn returns the connection beneath; asyncio's transport. Who reads or writes
// it goes past the Reader and the Writer.
func (w *Writer) Conn() Conn { return w.link.conn }

// New puts a Reader and a Writer on a connection, which belongs to them from
// then on.
func New(loop *async.Loop, conn Conn) (*Reader, *Writer) {
	r, w := newStream(loop, conn)
	watch(w)
	return r, w
}

// newStream does what New does, for a Writer that its owner is sure to close.
func newStream(loop *async.Loop, conn Conn) (*Reader, *Writer) {
	w := &Writer{link: newLink(loop, conn, Events{})}
	return &Reader{link: w.link, writer: w}, w
}

// Events are called for what happens to a connection that no Reader
// reads. The functions are called by the loop, or within a method of the
// Writer; they never suspend.
type Events struct {
	// Readable is taken when it is worthwhile to read, and when the
	// connection begins to close; nil: a Reader is there.
	Readable Turn

	// Accepted says that this side has accepted the connection, and is the
	// server's in StartTLS.
	Accepted bool

	// Pause is called at once when more is unsent than the high water mark,
	// Resume when it is no more than the low one.
	Pause, Resume func()

	// Lost is called in a turn of its own when the connection has been
	// closed, with the error that ended it, if one did.
	Lost func(err error)
}

// NewWriter puts a Writer alone on a connection, which belongs to it from then
// on: for packages that read it themselves, as package protocol does.
func NewWriter(loop *async.Loop, conn Conn, events Events) *Writer {
	w := &Writer{link: newLink(loop, conn, events)}
	if events.Readable == nil {
		watch(w)
	}
	return w
}

// Attach says which turn is to be taken when the connection is worthwhile to be
// read, instead of the one in the Events; nil: nobody reads it for a while.
func (w *Writer) Attach(readable Turn) { w.link.conn.Attach(readable, w.link.flusher) }

// Fail ends the connection at once with an error, which is that of Drain and
// WaitClosed from then on.
func (w *Writer) Fail(err error) {
	if w.link.err == nil && !w.link.closed {
		w.link.err = err
	}
	w.link.end()
}
