package streams

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"time"

	"github.com/gobaton/async"
)

// tlsConn is an encrypted connection. Its tls.Conn stands on a face whose Read
// returns a temporary error where there is nothing, and whose Write keeps what
// does not go: nothing suspends within tls.Conn, whose locks would be held
// then, and a second task would block the loop on one.
type tlsConn struct {
	inner    Conn
	loop     *async.Loop
	tls      *tls.Conn
	early    []byte // came with the end of the handshake
	out      []byte // encrypted, and not taken by inner
	err      error  // of inner's writes
	flusher  *async.Callback
	onWrite  Turn
	finished bool
	shaking  *handshake // nil when it is done
}

// ClientTLS makes the client's side of an encrypted connection of a plain one,
// which belongs to it from then on. It suspends until the handshake is done:
// that, and what config calls, is performed off the loop, by its executor.
//
// If that fails, or ctx is canceled first, conn is closed.
func ClientTLS(ctx context.Context, conn Conn, config *tls.Config) (Conn, error) {
	return encrypt(ctx, conn, config, tls.Client, nil)
}

// ServerTLS does what ClientTLS does, for the server's side.
func ServerTLS(ctx context.Context, conn Conn, config *tls.Config) (Conn, error) {
	return encrypt(ctx, conn, config, tls.Server, nil)
}

func encrypt(ctx context.Context, conn Conn, config *tls.Config, side func(net.Conn, *tls.Config) *tls.Conn, early []byte) (Conn, error) {
	c := &tlsConn{inner: conn, loop: async.RunningLoop(ctx)}
	c.tls = side(tlsFace{c}, config)
	done := false
	defer func() {
		if !done {
			_ = conn.Close()
		}
	}()
	if err := c.handshake(ctx, early); err != nil {
		return nil, err
	}
	done = true
	c.flusher = c.loop.NewCallback(c.flushed)
	return c, nil
}

// tlsFace is what tls.Conn sees of the connection.
type tlsFace struct{ c *tlsConn }

// errNothing is the temporary error of a read that finds nothing: tls.Conn does
// not keep it.
var errNothing net.Error = nothing{}

type nothing struct{}

func (nothing) Error() string   { return "nothing there now" }
func (nothing) Timeout() bool   { return true }
func (nothing) Temporary() bool { return true }

func (f tlsFace) Read(p []byte) (int, error) {
	c := f.c
	if c.shaking != nil {
		return c.shaking.read(p)
	}
	if len(c.early) > 0 {
		n := copy(p, c.early)
		if c.early = c.early[n:]; len(c.early) == 0 {
			c.early = nil
		}
		return n, nil
	}
	n, err := c.inner.TryRead(p)
	if err == ErrNotReady {
		err = errNothing
	}
	return n, err
}

func (f tlsFace) Write(p []byte) (int, error) {
	c := f.c
	if c.shaking != nil {
		return c.shaking.write(p)
	}
	if c.err != nil {
		return 0, c.err
	}
	c.out = append(c.out, p...)
	c.flush()
	return len(p), c.err
}

func (f tlsFace) Close() error                     { return nil }
func (f tlsFace) LocalAddr() net.Addr              { return f.c.inner.LocalAddr() }
func (f tlsFace) RemoteAddr() net.Addr             { return f.c.inner.RemoteAddr() }
func (f tlsFace) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (f tlsFace) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (f tlsFace) SetWriteDeadline(time.Time) error { return nil }

// flush sends what was encrypted, as far as it goes.
func (c *tlsConn) flush() {
	if c.err != nil || len(c.out) == 0 {
		return
	}
	n, err := c.inner.TryWrite(c.out)
	if c.out = c.out[n:]; len(c.out) == 0 {
		c.out = nil
	}
	if err != nil && err != ErrNotReady {
		c.err, c.out = err, nil
	}
}

// flushed does what flush does, in a turn of its own.
func (c *tlsConn) flushed() {
	c.flush()
	if len(c.out) == 0 && c.onWrite != nil {
		c.onWrite.Enqueue()
	}
}

// TryRead implements Conn.
func (c *tlsConn) TryRead(p []byte) (int, error) {
	n, err := c.tls.Read(p)
	switch {
	case n > 0 || err == nil:
		return n, nil
	case err == errNothing:
		return 0, ErrNotReady
	case errors.Is(err, errClosed):
		return 0, errClosed
	}
	return 0, err
}

// record is how much is encrypted at once.
const record = 16 << 10

// TryWrite implements Conn.
func (c *tlsConn) TryWrite(p []byte) (written int, err error) {
	for written < len(p) {
		if c.err != nil {
			return written, c.err
		}
		if len(c.out) > 0 {
			return written, ErrNotReady
		}
		n, err := c.tls.Write(p[written:min(len(p), written+record)])
		written += n
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Unsent implements Conn.
func (c *tlsConn) Unsent() int { return len(c.out) + c.inner.Unsent() }

// CloseWrite implements Conn: the other side reads the end of the stream.
func (c *tlsConn) CloseWrite() error {
	c.finished = true
	return c.tls.CloseWrite()
}

// Finish says the last word: that this is the end, and no one has cut it off.
func (c *tlsConn) Finish() bool {
	if !c.finished && c.err == nil {
		c.finished = true
		_ = c.tls.CloseWrite()
	}
	return c.Unsent() > 0
}

// Close implements Conn. It does not wait for the other side's last word.
func (c *tlsConn) Close() error {
	c.out = nil
	return c.inner.Close()
}

// Attach implements Conn.
func (c *tlsConn) Attach(readable, writable Turn) {
	c.onWrite = writable
	c.inner.Attach(readable, c.flusher)
}

// Outside implements Conn.
func (c *tlsConn) Outside() bool { return c.inner.Outside() }

// LocalAddr implements Conn.
func (c *tlsConn) LocalAddr() net.Addr { return c.inner.LocalAddr() }

// RemoteAddr implements Conn.
func (c *tlsConn) RemoteAddr() net.Addr { return c.inner.RemoteAddr() }

// StartTLS encrypts the connection from here on; asyncio's start_tls. It
// suspends until what was written has been sent and the handshake is done. What
// the Reader has already counts as encrypted; it is nil for a Writer alone. The
// side is the one that the connection has: who accepted it is the server.
// Nobody may read or write meanwhile.
//
// If that fails, or ctx is canceled first, the connection is closed.
func (w *Writer) StartTLS(ctx context.Context, r *Reader, config *tls.Config) error {
	if r != nil {
		r.begin()
		defer r.done()
	}
	l := w.link
	l.mustNotSendFile()
	if err := w.sendAll(ctx); err != nil {
		w.endWith(err)
		return err
	}
	side := tls.Client
	if l.server {
		side = tls.Server
	}
	var early []byte
	if r != nil {
		early = r.take(r.Buffered())
	}
	conn, err := encrypt(ctx, l.conn, config, side, early)
	if err != nil {
		w.endWith(err)
		return err
	}
	l.conn = conn
	conn.Attach(l.onRead, l.flusher)
	return nil
}

// endWith ends the connection, with err if somebody wants to be told of that.
func (w *Writer) endWith(err error) {
	if w.link.events.Lost != nil {
		w.Fail(err)
		return
	}
	w.link.end()
}

// sendAll suspends until everything was sent.
func (w *Writer) sendAll(ctx context.Context) error {
	l := w.link
	high, low := l.high, l.low
	defer func() { l.high, l.low = high, low }()
	l.high, l.low = 0, 0
	l.pause()
	return w.Drain(ctx)
}

var _ io.Writer = (*Writer)(nil)
