//go:build unix

package subprocess

import (
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// hurry tells the goroutine that the process has ended.
func (c *copier) hurry() { _ = c.file.SetReadDeadline(time.Unix(1, 0)) }

// hurried reports whether err comes of hurry.
func hurried(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// drain copies what is there without waiting for more.
func (c *copier) drain() error {
	if err := c.file.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	raw, err := c.file.SyscallConn()
	if err != nil {
		return err
	}
	for {
		var n int
		var failed error
		if err := raw.Read(func(fd uintptr) bool { n, failed = unix.Read(int(fd), c.buf[:]); return true }); err != nil {
			return err
		}
		switch {
		case failed == unix.EINTR:
		case failed == unix.EAGAIN:
			return nil
		case failed != nil:
			return failed
		case n == 0:
			return io.EOF
		case !c.write(c.buf[:n]):
			return io.ErrShortWrite
		}
	}
}
