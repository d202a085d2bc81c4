package protocol

import "net"

// A Protocol receives what happens to a connection; asyncio.Protocol. Embed
// [Base] for what does not matter.
type Protocol interface {
	// ConnectionMade is called once, first. The transport is what the
	// connection is written and closed with.
	ConnectionMade(t *Transport)

	// DataReceived is called with bytes that came, which are valid during
	// the call.
	DataReceived(data []byte)

	// EOFReceived is called when the other side will send no more. If it
	// returns false, the connection is closed; else it stays open for
	// writing.
	EOFReceived() (keepOpen bool)

	// ConnectionLost is called once, last: with nil if the connection was
	// closed here, or at the end of the stream, else with the error.
	ConnectionLost(err error)
}

// A Pauser is a Protocol, or a DatagramProtocol, that wants to know when its
// peer is slow.
type Pauser interface {
	// PauseWriting is called within Write, or SendTo, when more is unsent
	// than the high water mark.
	PauseWriting()

	// ResumeWriting is called when it is no more than the low one.
	ResumeWriting()
}

// A BufferedProtocol is a Protocol that says where bytes are to be read into;
// asyncio.BufferedProtocol. DataReceived is not called.
type BufferedProtocol interface {
	Protocol

	// GetBuffer returns the room for bytes that are about to come: at least
	// one. hint is how much would be good.
	GetBuffer(hint int) []byte

	// BufferUpdated is called when the first n bytes of the room have come.
	BufferUpdated(n int)
}

// A DatagramProtocol receives what happens to a socket for datagrams;
// asyncio.DatagramProtocol.
type DatagramProtocol interface {
	// ConnectionMade is called once, first.
	ConnectionMade(t *DatagramTransport)

	// DatagramReceived is called with a datagram, which is valid during the
	// call.
	DatagramReceived(data []byte, from net.Addr)

	// ErrorReceived is called with what the system says of an earlier
	// datagram: that nobody took it, most of all.
	ErrorReceived(err error)

	// ConnectionLost is called once, last.
	ConnectionLost(err error)
}

// Base has the methods of a Protocol, and does nothing in them: to be embedded.
type Base struct{}

// ConnectionMade does nothing.
func (Base) ConnectionMade(*Transport) {}

// DataReceived does nothing.
func (Base) DataReceived([]byte) {}

// EOFReceived lets the connection be closed.
func (Base) EOFReceived() bool { return false }

// ConnectionLost does nothing.
func (Base) ConnectionLost(error) {}

// DatagramBase has the methods of a DatagramProtocol, and does nothing in them:
// to be embedded.
type DatagramBase struct{}

// ConnectionMade does nothing.
func (DatagramBase) ConnectionMade(*DatagramTransport) {}

// DatagramReceived does nothing.
func (DatagramBase) DatagramReceived([]byte, net.Addr) {}

// ErrorReceived does nothing.
func (DatagramBase) ErrorReceived(error) {}

// ConnectionLost does nothing.
func (DatagramBase) ConnectionLost(error) {}
