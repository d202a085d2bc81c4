package streams

import (
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// TrySendFile lets the system send a piece of a file.
func (c *fdConn) TrySendFile(file *os.File, offset int64, n int) (sent int, err error) {
	switch {
	case c.fd < 0:
		return 0, net.ErrClosed
	case !c.writable:
		return 0, ErrNotReady
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return 0, errNoSendfile
	}
	c.hub.loop.Weigh(weight)
	var errno error
	if err := raw.Control(func(in uintptr) { sent, errno = sendfile(c.fd, int(in), offset, n) }); err != nil {
		return 0, errNoSendfile
	}
	switch errno {
	case nil:
		return sent, nil
	case unix.EAGAIN:
		c.writable = false
		return 0, ErrNotReady
	case unix.EINVAL, unix.ENOSYS, unix.EOPNOTSUPP, unix.ESPIPE, unix.EIO:
		return 0, errNoSendfile // reading tells what is wrong, if anything is
	}
	return 0, opError("write", c.local, c.remote, "sendfile", errno)
}

func sendfile(out, in int, offset int64, n int) (int, error) {
	for {
		sent, err := unix.Sendfile(out, in, &offset, n)
		if err != unix.EINTR {
			return max(sent, 0), err
		}
	}
}

// TrySendFile leaves it to others: a shared file may wait.
func (c *pipeConn) TrySendFile(*os.File, int64, int) (int, error) { return 0, errNoSendfile }
