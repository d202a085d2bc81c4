package streams

import (
	"testing"
	"time"
)

// SetAcceptRetry changes, for a test, how long a listener pauses after an
// error.
func SetAcceptRetry(t *testing.T, d time.Duration) {
	before := acceptRetry
	acceptRetry = d
	t.Cleanup(func() { acceptRetry = before })
}

// Held returns how many bytes of buffers a Reader and its Writer hold.
func Held(r *Reader, w *Writer) int {
	held := cap(r.buf) + cap(w.link.out)
	if c, ok := w.link.conn.(*tlsConn); ok {
		held += cap(c.early) + cap(c.out)
	}
	return held
}
