//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"time"

	"golang.org/x/sys/unix"
)

// fakeTime reports whether the time that Go tells is not the machine's, as in a
// bubble of testing/synctest.
func fakeTime() bool {
	var real unix.Timeval
	if unix.Gettimeofday(&real) != nil {
		return false
	}
	off := time.Since(time.Unix(real.Unix()))
	return off < -time.Hour || off > time.Hour
}
