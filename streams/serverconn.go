package streams

import (
	"container/list"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"runtime/debug"
	"time"

	"github.com/gobaton/async"
)

// A Handler serves a connection, in a task of its own. When it returns, the
// connection is closed, after what was written has been sent. An error that is
// not io.EOF, and a panic, are told to the loop's error handler; neither ends
// anything but this connection.
type Handler func(ctx context.Context, r *Reader, w *Writer) error

// A ConnHandler takes a connection over that a Server has accepted, in a task
// of its own: it begins in the turn after that, or after the TLS handshake.
// When it returns, the connection is closed at once, unless it was kept. Errors
// and panics are as with a [Handler].
type ConnHandler func(ctx context.Context, c *ServerConn) error

// A ServerConn is a connection that a [Server] has accepted.
type ServerConn struct {
	server *Server
	conn   Conn
	ender  Ender // nil: nobody has taken it over
	kept   bool
	place  *list.Element
	task   *async.Task[async.Void]
	begun  bool // the task
	shut   bool // the server has closed it
}

// An Ender ends a connection for its Server. Its methods never suspend.
type Ender interface {
	// Close closes the connection when what was written has been sent.
	Close()

	// Abort closes it at once.
	Abort()
}

// Conn returns the connection, encrypted if the server's Options say so.
func (c *ServerConn) Conn() Conn { return c.conn }

// Keep lets the connection go on when its ConnHandler has returned, until ended
// is called, once. The Server ends it with e, in the turn of Keep if it was
// asked to before.
func (c *ServerConn) Keep(e Ender) (ended func()) {
	c.kept = true
	c.endWith(e)
	return c.leave
}

// endWith says how the connection is ended from now on.
func (c *ServerConn) endWith(e Ender) {
	c.ender = e
	if c.shut {
		e.Abort()
	}
}

// handshakeTimeout is how long a TLS handshake may take, as with asyncio.
const handshakeTimeout = time.Minute

// start starts a task for a connection.
func (s *Server) start(conn Conn) {
	c := &ServerConn{server: s, conn: conn}
	c.place = s.clients.PushBack(c)
	c.task = async.Go(s.ctx, c.run)
}

// cancel cancels the task. One that has not begun never will.
func (c *ServerConn) cancel() {
	c.task.Cancel()
	if !c.begun {
		c.leave()
	}
}

// run serves the connection.
func (c *ServerConn) run(ctx context.Context) error {
	c.begun = true
	defer func() {
		if !c.kept {
			c.leave()
		}
	}()
	if config := c.server.options.TLS; config != nil {
		if ok, err := c.encrypt(ctx, config); !ok {
			return c.report(err)
		}
	}
	return c.report(c.handle(ctx))
}

// encrypt performs the handshake of the connection, and reports whether it is
// encrypted then.
func (c *ServerConn) encrypt(ctx context.Context, config *tls.Config) (ok bool, err error) {
	defer c.catch("panic in the TLS handshake of a connection")
	err = async.Timeout(ctx, handshakeTimeout, func(ctx context.Context) error {
		conn, err := ServerTLS(ctx, c.conn, config)
		if err == nil {
			c.conn = conn
		}
		return err
	})
	return err == nil, err
}

// handle calls the handler, whose panic it reports.
func (c *ServerConn) handle(ctx context.Context) error {
	defer c.catch("panic in the handler of a connection")
	return c.server.handler(ctx, c)
}

// catch reports a panic, and ends the connection alone.
func (c *ServerConn) catch(message string) {
	v := recover()
	if v == nil {
		return
	}
	p, ok := v.(*async.PanicError)
	if !ok {
		p = &async.PanicError{Task: c.task.Name(), Value: v, Stack: debug.Stack()}
	}
	c.tell(message, p)
	if c.ender != nil {
		c.ender.Abort()
	}
}

// leave takes the connection off the server's list, closed.
func (c *ServerConn) leave() {
	if c.ender != nil {
		c.ender.Abort()
	} else {
		_ = c.conn.Close()
	}
	c.server.clients.Remove(c.place)
	c.server.settle()
}

// report tells of the error of a handler, unless it is the end of its
// connection, or of its task, which is returned.
func (c *ServerConn) report(err error) error {
	switch {
	case err == nil || err == io.EOF || c.shut && errors.Is(err, net.ErrClosed):
		return nil
	case async.IsCanceled(err):
		return err
	}
	c.tell("the handler of a connection failed", err)
	return nil
}

func (c *ServerConn) tell(message string, err error) {
	c.server.loop.Report(async.ErrorEvent{Message: message, Task: c.task.Name(), Err: err})
}

// onConn serves a connection as streams. They are there in the turn after that
// of the connection's task, and the handler begins in the next, as asyncio's.
func (h Handler) onConn(ctx context.Context, c *ServerConn) error {
	if err := async.Yield(ctx); err != nil {
		return err
	}
	r, w := newStream(c.server.loop, c.conn)
	r.Limit, w.link.server = c.server.options.Limit, true
	c.endWith(writerEnder{w})
	if err := async.Yield(ctx); err != nil {
		return err
	}
	if err := c.report(h(ctx, r, w)); err != nil {
		return err
	}
	_ = w.Close()
	_ = w.WaitClosed(ctx)
	return nil
}

// writerEnder ends a connection by its Writer.
type writerEnder struct{ w *Writer }

func (e writerEnder) Close() { _ = e.w.Close() }
func (e writerEnder) Abort() { e.w.Abort() }
