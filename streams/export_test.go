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
