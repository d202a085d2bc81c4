package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

// connections has the operations on streams, and those on the ends of any
// connection.
var connections = family{
	ops: map[string]op{
		"serve":          {"scii", serve},
		"unserve":        {"s", unserve},
		"open":           {"ssi", openStream},
		"pair":           {"ss", pair},
		"read":           {"si", read},
		"read_all":       {"s", readAll},
		"readline":       {"s", readLine},
		"readexactly":    {"si", readExactly},
		"readuntil":      {"sS", readUntil},
		"flow":           {"s", flowOut},
		"io_wait_closed": {"s", waitClosed},
		"io_write":       {"ss", ioWrite},
		"io_write_eof":   {"s", ioWriteEOF},
		"io_close":       {"s", ioClose},
		"io_abort":       {"s", ioAbort},
		"io_limits":      {"sii", ioLimits},
		"io_state":       {"s", ioState},
	},
	errors: []namedError{
		{syscall.ECONNREFUSED, "Refused"},
		{syscall.EPIPE, "Lost"},
		{net.ErrClosed, "Lost"},
	},
}

// An end is one side of a connection that the program knows by name.
type end struct {
	name   string
	sender sender
	reader *streams.Reader // nil: a protocol is told
	writer *streams.Writer

	transport *protocol.Transport // nil: it is a stream
}

// sender is what a stream's Writer and a protocol's Transport have in common.
type sender interface {
	io.Writer
	WriteEOF() error
	Abort()
	SetLimits(high, low int)
	IsClosing() bool
	Unsent() int
}

func (m *machine) keepStream(name string, r *streams.Reader, w *streams.Writer) *end {
	e := &end{name: name, sender: w, reader: r, writer: w}
	m.ends[name] = e
	return e
}

// network returns the network that the ends of a server are in.
func (m *machine) network(server string, room int) *streams.Memory {
	if m.networks[server] == nil {
		m.networks[server] = &streams.Memory{Room: room}
	}
	return m.networks[server]
}

// address returns the address of a server in its network.
func address(server string) string { return "localhost:" + server[1:] }

// end returns the end called name, or writes that op is skipped.
func (c *coroutine) endOf(op, name string) *end {
	e := c.ends[name]
	if name == "." {
		e = c.own
	}
	if e == nil {
		c.printf("skip %s %s", op, name)
	}
	return e
}

// stream does what end does, for a stream.
func (c *coroutine) stream(op, name string) *end {
	e := c.endOf(op, name)
	if e != nil && e.reader == nil {
		c.printf("skip %s %s", op, name)
		return nil
	}
	return e
}

func serve(c *coroutine, a args) error {
	name, accepted := a.str(0), 0
	o := streams.Options{Network: c.network(name, a.num(2)), Limit: a.num(3)}
	s, err := o.StartServer(c.ctx, "tcp", address(name), func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
		accepted++
		own := c.keepStream(fmt.Sprintf("%s.%d", name, accepted), r, w)
		handler := &coroutine{machine: c.machine, who: own.name, ctx: ctx, own: own}
		_, _ = handler.run(c.coros[a.str(1)])
		return nil
	})
	if err != nil {
		return err
	}
	c.servers[name] = s
	c.printf("serve %s", name)
	return nil
}

func unserve(c *coroutine, a args) error {
	s := c.servers[a.str(0)]
	if s == nil {
		c.printf("skip unserve %s", a.str(0))
		return nil
	}
	s.Close()
	c.printf("unserve %s", a.str(0))
	return nil
}

func openStream(c *coroutine, a args) error {
	o := streams.Options{Network: c.network(a.str(1), 0), Limit: a.num(2)}
	r, w, err := o.OpenConnection(c.ctx, "tcp", address(a.str(1)))
	if err != nil {
		return err
	}
	c.keepStream(a.str(0), r, w)
	c.printf("open %s %s", a.str(0), a.str(1))
	return nil
}

func pair(c *coroutine, a args) error {
	x, y := streams.Pipe(c.loop)
	for i, conn := range []streams.Conn{x, y} {
		r, w := streams.New(c.loop, conn)
		c.keepStream(a.str(i), r, w)
	}
	if err := async.Yield(c.ctx); err != nil {
		return err
	}
	c.printf("pair %s %s", a.str(0), a.str(1))
	return nil
}

// Reading.

// sent returns text as it goes over a connection: a slash is a line's end.
func sent(text string) string { return strings.ReplaceAll(text, "/", "\n") }

// bytesText returns bytes as the trace writes them.
func bytesText[B string | []byte](data B) string {
	return "'" + strings.ReplaceAll(string(data), "\n", "/") + "'"
}

// haveRead writes what op has read of e: nothing at the end of the stream, and
// where this side is closed.
func haveRead[B string | []byte](c *coroutine, op string, e *end, data B, err error) error {
	if err != nil && err != io.EOF && !errors.Is(err, net.ErrClosed) {
		return err
	}
	c.printf("%s %s %s", op, e.name, bytesText(data))
	return nil
}

// closedIsEnd makes the error of a read that a Close ends what it is in
// asyncio: the end of the stream.
func closedIsEnd(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return &streams.IncompleteReadError{}
	}
	return err
}

func read(c *coroutine, a args) error {
	e := c.stream("read", a.str(0))
	if e == nil {
		return nil
	}
	p := make([]byte, a.num(1))
	n, err := e.reader.Read(c.ctx, p)
	return haveRead(c, "read", e, p[:n], err)
}

func readAll(c *coroutine, a args) error {
	e := c.stream("read_all", a.str(0))
	if e == nil {
		return nil
	}
	p, err := e.reader.ReadAll(c.ctx)
	return haveRead(c, "read_all", e, p, err)
}

func readLine(c *coroutine, a args) error {
	e := c.stream("readline", a.str(0))
	if e == nil {
		return nil
	}
	line, err := e.reader.ReadLine(c.ctx)
	return haveRead(c, "readline", e, line, err)
}

func readExactly(c *coroutine, a args) error {
	e := c.stream("readexactly", a.str(0))
	if e == nil {
		return nil
	}
	p, err := e.reader.ReadExactly(c.ctx, a.num(1))
	if err != nil {
		return closedIsEnd(err)
	}
	return haveRead(c, "readexactly", e, p, nil)
}

func readUntil(c *coroutine, a args) error {
	e := c.stream("readuntil", a.str(0))
	if e == nil {
		return nil
	}
	separators := make([]string, len(a.list(1)))
	for i, s := range a.list(1) {
		separators[i] = sent(s)
	}
	p, err := e.reader.ReadUntil(c.ctx, separators...)
	if err != nil {
		return closedIsEnd(err)
	}
	return haveRead(c, "readuntil", e, p, nil)
}

// Writing and closing. What a write returns is not looked at, as asyncio's
// returns nothing: flow tells.

func ioWrite(c *coroutine, a args) error {
	e := c.endOf("io_write", a.str(0))
	if e == nil {
		return nil
	}
	if _, err := e.sender.Write([]byte(sent(a.str(1)))); err == streams.ErrHalfClosed {
		return &misuseError{err.Error()}
	}
	c.printf("io_write %s '%s'", e.name, a.str(1))
	return nil
}

func ioWriteEOF(c *coroutine, a args) error {
	if e := c.endOf("io_write_eof", a.str(0)); e != nil {
		_ = e.sender.WriteEOF()
		c.printf("io_write_eof %s", e.name)
	}
	return nil
}

func ioClose(c *coroutine, a args) error {
	e := c.endOf("io_close", a.str(0))
	if e == nil {
		return nil
	}
	switch s := e.sender.(type) {
	case interface{ Close() error }:
		_ = s.Close()
	case interface{ Close() }:
		s.Close()
	}
	c.printf("io_close %s", e.name)
	return nil
}

func ioAbort(c *coroutine, a args) error {
	if e := c.endOf("io_abort", a.str(0)); e != nil {
		e.sender.Abort()
		c.printf("io_abort %s", e.name)
	}
	return nil
}

func ioLimits(c *coroutine, a args) error {
	e := c.endOf("io_limits", a.str(0))
	switch {
	case e == nil:
	case e.sender.IsClosing():
		c.printf("skip io_limits %s", e.name)
	default:
		e.sender.SetLimits(a.num(1), a.num(2))
		c.printf("io_limits %s %d %d", e.name, a.num(1), a.num(2))
	}
	return nil
}

func ioState(c *coroutine, a args) error {
	if e := c.endOf("io_state", a.str(0)); e != nil {
		c.printf("io_state %s closing=%s unsent=%d", e.name, boolText(e.sender.IsClosing()), e.sender.Unsent())
	}
	return nil
}

func flowOut(c *coroutine, a args) error {
	e := c.stream("flow", a.str(0))
	if e == nil {
		return nil
	}
	if err := e.writer.Drain(c.ctx); err != nil {
		return err
	}
	c.printf("flow %s", e.name)
	return nil
}

func waitClosed(c *coroutine, a args) error {
	e := c.stream("io_wait_closed", a.str(0))
	if e == nil {
		return nil
	}
	if !e.writer.IsClosing() {
		c.printf("skip io_wait_closed %s", e.name)
		return nil
	}
	if err := e.writer.WaitClosed(c.ctx); err != nil {
		return err
	}
	c.printf("io_wait_closed %s", e.name)
	return nil
}
