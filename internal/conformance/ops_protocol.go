package conformance

import (
	"fmt"

	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

// protocols has the operations that open connections which protocols are told
// of.
var protocols = family{
	ops: map[string]op{
		"serve_protocol": {"spi", serveProtocol},
		"open_protocol":  {"ssp", openProtocol},
		"pair_protocols": {"spsp", pairProtocols},
		"io_pause":       {"s", ioPause},
		"io_resume":      {"s", ioResume},
	},
}

// A Reaction is what a protocol does when it is told of something: operations
// that never suspend.
type Reaction struct {
	Made     []Op `json:"made,omitempty"`     // for ConnectionMade
	Data     []Op `json:"data,omitempty"`     // for DataReceived
	EOF      []Op `json:"eof,omitempty"`      // for EOFReceived
	Lost     []Op `json:"lost,omitempty"`     // for ConnectionLost
	Pause    []Op `json:"pause,omitempty"`    // for PauseWriting
	Resume   []Op `json:"resume,omitempty"`   // for ResumeWriting
	Keep     bool `json:"keep,omitempty"`     // stays open at the end of the stream
	Buffered bool `json:"buffered,omitempty"` // is asked where bytes go, and has room for a few
}

// told is a protocol that writes what it is told, and does as its reaction
// says.
type told struct {
	m         *machine
	own       *end
	transport *protocol.Transport
	react     Reaction
}

func (m *machine) newProtocol(react Reaction, name func() string) protocol.Factory {
	return func() protocol.Protocol {
		t := &told{m: m, own: &end{name: name()}, react: react}
		if react.Buffered {
			return &buffered{told: t}
		}
		return t
	}
}

// hear writes what happened, and reacts. Where an operation fails, it panics
// with the error, as a callback of asyncio's raises.
func (t *told) hear(what string, ops []Op) {
	t.m.write("loop", t.own.name+" "+what)
	c := &coroutine{machine: t.m, who: "loop", ctx: t.m.loop.Context(), own: t.own}
	if err := c.block(ops); err != nil {
		panic(err)
	}
}

// ConnectionMade implements protocol.Protocol.
func (t *told) ConnectionMade(transport *protocol.Transport) {
	t.transport, t.own.sender, t.own.transport = transport, transport, transport
	t.m.ends[t.own.name] = t.own
	t.hear("made", t.react.Made)
}

// DataReceived implements protocol.Protocol.
func (t *told) DataReceived(data []byte) { t.hear("data "+bytesText(data), t.react.Data) }

// EOFReceived implements protocol.Protocol.
func (t *told) EOFReceived() bool {
	t.hear("eof", t.react.EOF)
	return t.react.Keep
}

// ConnectionLost implements protocol.Protocol.
func (t *told) ConnectionLost(err error) {
	text := "None"
	if err != nil {
		text = t.m.panicName(err)
	}
	t.hear("lost "+text, t.react.Lost)
}

// PauseWriting implements protocol.Pauser.
func (t *told) PauseWriting() { t.hear("pause", t.react.Pause) }

// ResumeWriting implements protocol.Pauser.
func (t *told) ResumeWriting() { t.hear("resume", t.react.Resume) }

// buffered is told by a BufferedProtocol's methods.
type buffered struct {
	*told
	room [4]byte
}

// GetBuffer implements protocol.BufferedProtocol.
func (b *buffered) GetBuffer(int) []byte { return b.room[:] }

// BufferUpdated implements protocol.BufferedProtocol.
func (b *buffered) BufferUpdated(n int) { b.DataReceived(b.room[:n]) }

func serveProtocol(c *coroutine, a args) error {
	name, accepted := a.str(0), 0
	o := protocol.Options{Network: c.network(name, a.num(2))}
	s, err := o.Listen(c.ctx, "tcp", address(name), c.newProtocol(a.reaction(1), func() string {
		accepted++
		return fmt.Sprintf("%s.%d", name, accepted)
	}))
	if err != nil {
		return err
	}
	c.servers[name] = s
	c.printf("serve_protocol %s", name)
	return nil
}

func called(name string) func() string { return func() string { return name } }

func openProtocol(c *coroutine, a args) error {
	o := protocol.Options{Network: c.network(a.str(1), 0)}
	_, err := o.Dial(c.ctx, "tcp", address(a.str(1)), c.newProtocol(a.reaction(2), called(a.str(0))))
	if err != nil {
		return err
	}
	c.printf("open_protocol %s %s", a.str(0), a.str(1))
	return nil
}

func pairProtocols(c *coroutine, a args) error {
	x, y := streams.Pipe(c.loop)
	for i, conn := range []streams.Conn{x, y} {
		if _, err := protocol.Connect(c.ctx, conn, c.newProtocol(a.reaction(2*i+1), called(a.str(2*i)))); err != nil {
			return err
		}
	}
	c.printf("pair_protocols %s %s", a.str(0), a.str(2))
	return nil
}

func ioPause(c *coroutine, a args) error {
	e := c.endOf("io_pause", a.str(0))
	switch {
	case e == nil:
	case e.transport == nil:
		c.printf("skip io_pause %s", e.name)
	default:
		e.transport.PauseReading()
		c.printf("io_pause %s", e.name)
	}
	return nil
}

func ioResume(c *coroutine, a args) error {
	e := c.endOf("io_resume", a.str(0))
	switch {
	case e == nil:
	case e.transport == nil:
		c.printf("skip io_resume %s", e.name)
	default:
		e.transport.ResumeReading()
		c.printf("io_resume %s", e.name)
	}
	return nil
}
