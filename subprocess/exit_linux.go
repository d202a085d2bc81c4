package subprocess

import (
	"os"

	"golang.org/x/sys/unix"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// watchExit lets ended be notified when a process can be waited for, by the
// loop's own poller.
func watchExit(l *async.Loop, process *os.Process, ended *async.Notifier) func() (*os.ProcessState, error) {
	fd := -1
	err := process.WithHandle(func(handle uintptr) {
		fd, _ = unix.FcntlInt(handle, unix.F_DUPFD_CLOEXEC, 0)
	})
	if err != nil || fd < 0 { // a kernel that is older than Linux 5.4
		return waitForExit(process, ended)
	}
	exited := func() {
		streams.RemoveReader(l, uintptr(fd))
		_ = unix.Close(fd)
		ended.Enqueue()
	}
	if err := streams.AddReader(l, uintptr(fd), exited); err != nil {
		_ = unix.Close(fd)
		return waitForExit(process, ended)
	}
	return process.Wait
}
