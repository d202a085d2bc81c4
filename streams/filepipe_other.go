//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package streams

import (
	"os"

	"github.com/gobaton/async"
)

// fileConn makes a connection of a file, which goroutines read and write.
func fileConn(loop *async.Loop, file *os.File, whose ownership) (Conn, error) {
	if whose == shared {
		return Wrap(loop, &sharedFile{newFileNetConn(file)})
	}
	return Wrap(loop, newFileNetConn(file))
}

// sharedFile is a file that is not closed.
type sharedFile struct{ *fileNetConn }

// Close ends the connection, and leaves the file.
func (f *sharedFile) Close() error {
	f.end()
	return nil
}
