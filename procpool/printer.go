package procpool

import (
	"io"
	"os"
	"sync"
)

// printer returns w, for several workers to print to. A file they have
// themselves.
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

// transcript passes on what a worker prints, and keeps the beginning until the
// worker has shown that it is one: a program that is none says there what it
// is.
type transcript struct {
	w    io.Writer
	mu   sync.Mutex
	text []byte
	over bool
}

// transcriptSize is how much a transcript keeps.
const transcriptSize = 512

// Write writes to the writer behind.
func (t *transcript) Write(b []byte) (int, error) {
	t.mu.Lock()
	if room := transcriptSize - len(t.text); !t.over && room > 0 {
		t.text = append(t.text, b[:min(room, len(b))]...)
	}
	t.mu.Unlock()
	return t.w.Write(b)
}

// end returns what was kept, and keeps no more.
func (t *transcript) end() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	return t.text
}
