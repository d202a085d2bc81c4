package streams

import (
	"os"
	"runtime"

	"github.com/gobaton/async"
)

// ReadPipe makes a Reader of a file that is the end of a pipe, a socket or a
// terminal, which belongs to it from then on; asyncio's connect_read_pipe. At
// the end of the stream, and when the Reader is forgotten, the file is closed.
// Files that cannot be waited for, such as those on a disk, are read by a
// goroutine. It never suspends, and panics where the loop's time is virtual.
func ReadPipe(loop *async.Loop, file *os.File) (*Reader, error) {
	conn, err := fileConn(loop, file, owned)
	if err != nil {
		return nil, err
	}
	r, _ := newFileStream(loop, conn)
	return r, nil
}

// WritePipe makes a Writer of a file; asyncio's connect_write_pipe. A Writer
// that is forgotten is closed. All else is as with [ReadPipe].
func WritePipe(loop *async.Loop, file *os.File) (*Writer, error) {
	conn, err := fileConn(loop, file, owned)
	if err != nil {
		return nil, err
	}
	_, w := newFileStream(loop, conn)
	return w, nil
}

// Stdin makes a Reader of the program's own input. It leaves the file as it is,
// also for other processes that share it: asyncio's connect_read_pipe sets it
// to never wait, which surprises them. Let one Reader of it exist, as it may be
// ahead of what was asked for. It never suspends, and panics where the loop's
// time is virtual.
func Stdin(loop *async.Loop) (*Reader, error) {
	conn, err := fileConn(loop, os.Stdin, shared)
	if err != nil {
		return nil, err
	}
	r, _ := newFileStream(loop, conn)
	return r, nil
}

// Stdout makes a Writer of the program's own output, which it leaves as it is,
// and open: Close it and wait with WaitClosed, or what is unsent may be lost.
// All else is as with [Stdin].
func Stdout(loop *async.Loop) (*Writer, error) { return sharedWriter(loop, os.Stdout) }

// Stderr does what [Stdout] does, for the program's error output.
func Stderr(loop *async.Loop) (*Writer, error) { return sharedWriter(loop, os.Stderr) }

func sharedWriter(loop *async.Loop, file *os.File) (*Writer, error) {
	conn, err := fileConn(loop, file, shared)
	if err != nil {
		return nil, err
	}
	_, w := newFileStream(loop, conn)
	return w, nil
}

// ownership is whose a file is.
type ownership bool

const (
	owned  ownership = false
	shared ownership = true // with others, which must not notice
)

// newFileStream does what New does, for one direction. Who forgets a pipe loses
// nothing that is worth a report.
func newFileStream(loop *async.Loop, conn Conn) (*Reader, *Writer) {
	l := newLink(loop, conn, Events{})
	w := &Writer{link: l}
	runtime.AddCleanup(w, func(c *async.Callback) { c.Notify() }, loop.NewCallback(l.close))
	return &Reader{link: l, writer: w}, w
}

// fileAddr is a file as an address.
type fileAddr string

// Network returns "file".
func (a fileAddr) Network() string { return "file" }

// String returns the name of the file.
func (a fileAddr) String() string { return string(a) }
