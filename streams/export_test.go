//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"testing"
	"time"
)

// SetAcceptRetry changes, for a test, how long a listener pauses when there are
// too many descriptors.
func SetAcceptRetry(t *testing.T, d time.Duration) {
	before := descriptorRetry
	descriptorRetry = d
	t.Cleanup(func() { descriptorRetry = before })
}
