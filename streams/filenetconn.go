package streams

import (
	"net"
	"os"
	"sync"
	"time"
)

// fileNetConn is a file as a net.Conn, for the goroutines that read and write
// it. A call on the file may wait without anything to end it, as for a
// terminal. So it is done by another goroutine, which a Close leaves behind.
type fileNetConn struct {
	file   *os.File
	once   sync.Once
	closed chan struct{}
}

func newFileNetConn(file *os.File) *fileNetConn {
	return &fileNetConn{file: file, closed: make(chan struct{})}
}

// call does a call on the file, with memory of its own.
func (f *fileNetConn) call(do func() (int, error)) (int, error) {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := do()
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return r.n, r.err
	case <-f.closed:
		return 0, net.ErrClosed
	}
}

// Read reads the file.
func (f *fileNetConn) Read(p []byte) (int, error) {
	own := make([]byte, len(p))
	n, err := f.call(func() (int, error) { return f.file.Read(own) })
	copy(p, own[:n])
	return n, err
}

// Write writes the file.
func (f *fileNetConn) Write(p []byte) (int, error) {
	own := append([]byte(nil), p...)
	return f.call(func() (int, error) { return f.file.Write(own) })
}

func (f *fileNetConn) end() { f.once.Do(func() { close(f.closed) }) }

// CloseWrite closes the file: it has one direction.
func (f *fileNetConn) CloseWrite() error { return f.Close() }

// Close closes the file.
func (f *fileNetConn) Close() error {
	f.end()
	return f.file.Close()
}

// LocalAddr returns the name of the file.
func (f *fileNetConn) LocalAddr() net.Addr { return fileAddr(f.file.Name()) }

// RemoteAddr returns the name of the file.
func (f *fileNetConn) RemoteAddr() net.Addr { return fileAddr(f.file.Name()) }

// SetDeadline does nothing.
func (f *fileNetConn) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (f *fileNetConn) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (f *fileNetConn) SetWriteDeadline(time.Time) error { return nil }
