package procpool

import (
	"os/exec"
	"runtime"
	"sync"
	"syscall"
)

// starter starts processes that are killed when this one ends, be they stopped
// or spinning. Linux does so when the thread ends that started them, so that
// one thread starts them all, and lives as long as they do.
type starter struct {
	once sync.Once
	jobs chan func()
}

// start starts cmd.
func (s *starter) start(cmd *exec.Cmd) error {
	s.once.Do(func() {
		s.jobs = make(chan func())
		go s.run()
	})
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	err := make(chan error, 1)
	s.jobs <- func() { err <- cmd.Start() }
	return <-err
}

func (s *starter) run() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	for job := range s.jobs {
		job()
	}
}

// end ends the thread's part: no process is left, and none will be started.
func (s *starter) end() {
	s.once.Do(func() {})
	if s.jobs != nil {
		close(s.jobs)
		s.jobs = nil
	}
}
