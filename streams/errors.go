package streams

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

// ErrNotReady is returned by what never suspends where there is nothing to
// read, or no room to write, now.
var ErrNotReady = errors.New("streams: not ready")

// ErrHalfClosed is returned for what is written after WriteEOF.
var ErrHalfClosed = errors.New("streams: write after WriteEOF")

// An IncompleteReadError is returned where a stream ended before what was asked
// for had come; asyncio.IncompleteReadError. It is io.EOF if nothing had come,
// else io.ErrUnexpectedEOF.
type IncompleteReadError struct {
	// Partial is what had come.
	Partial []byte

	// Expected is how many bytes were asked for; 0 for a separator.
	Expected int
}

// Error says how much was missing.
func (e *IncompleteReadError) Error() string {
	if e.Expected == 0 {
		return fmt.Sprintf("streams: the stream ended after %d bytes without a separator", len(e.Partial))
	}
	return fmt.Sprintf("streams: the stream ended after %d of %d bytes", len(e.Partial), e.Expected)
}

// Unwrap returns io.EOF or io.ErrUnexpectedEOF.
func (e *IncompleteReadError) Unwrap() error {
	if len(e.Partial) == 0 {
		return io.EOF
	}
	return io.ErrUnexpectedEOF
}

// A LimitError is returned where no separator came within the limit of a read;
// asyncio.LimitOverrunError. The data stays in the Reader, for other reads.
type LimitError struct {
	// Limit is that of the read.
	Limit int

	// Consumed is the number of bytes in the Reader that hold no separator.
	Consumed int
}

// Error says what the limit was.
func (e *LimitError) Error() string {
	return fmt.Sprintf("streams: no separator within the limit of %d bytes", e.Limit)
}

// opError returns the error of a system call on a connection.
func opError(op string, local, remote net.Addr, call string, err error) error {
	e := &net.OpError{Op: op, Source: local, Addr: remote, Err: os.NewSyscallError(call, err)}
	if local != nil {
		e.Net = local.Network()
	}
	return e
}
