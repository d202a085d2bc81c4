package procpool

import (
	"io"
	"os"
	"sync"
)

// printer is w, for several workers to print to. A file they have themselves.
func printer(w io.Writer) io.Writer {
	switch w := w.(type) {
	case nil:
		return os.Stderr
	case *os.File:
		return w
	}
	return &lockedWriter{w: w}
}

// lockedWriter lets one at a time write.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

// Write writes to the writer behind.
func (l *lockedWriter) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(b)
}
