package subprocess

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// signalProcess sends a signal to a process. All that the system knows for one
// alone is to kill it.
func signalProcess(process *os.Process, s os.Signal) error {
	if s == syscall.SIGTERM {
		s = os.Kill
	}
	return process.Signal(s)
}

// exitCode returns asyncio's returncode.
func exitCode(s *os.ProcessState) int { return s.ExitCode() }

// group is a process group, which can be told to end, and a job, which holds
// all that the process starts and can be killed.
type group struct{ job windows.Handle }

// prepare lets a process be the first of a group. It is suspended until adopt
// has put it into the job, or what it starts before that would be none of it.
func (g *group) prepare(cmd *exec.Cmd) error {
	attr := new(syscall.SysProcAttr)
	if cmd.SysProcAttr != nil {
		*attr = *cmd.SysProcAttr
	}
	attr.CreationFlags |= windows.CREATE_NEW_PROCESS_GROUP | windows.CREATE_SUSPENDED
	cmd.SysProcAttr = attr
	return nil
}

// adopt puts a process that was prepared into a job, and lets it run. If it
// fails, the process is killed.
func (g *group) adopt(process *os.Process) (err error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err == nil {
		g.job = job
		runtime.AddCleanup(g, func(job windows.Handle) { _ = windows.CloseHandle(job) }, job)
		failed := process.WithHandle(func(handle uintptr) {
			err = windows.AssignProcessToJobObject(job, windows.Handle(handle))
		})
		err = errors.Join(failed, err)
	}
	if err == nil {
		err = resume(uint32(process.Pid))
	}
	if err != nil {
		_ = process.Kill()
		_, _ = process.Wait()
	}
	return err
}

// resume lets the one thread of a process run that was started suspended.
func resume(pid uint32) error {
	threads, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return os.NewSyscallError("CreateToolhelp32Snapshot", err)
	}
	defer func() { _ = windows.CloseHandle(threads) }()
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(threads, &entry); err == nil; err = windows.Thread32Next(threads, &entry) {
		if entry.OwnerProcessID == pid {
			return resumeThread(entry.ThreadID)
		}
	}
	return os.NewSyscallError("Thread32Next", err)
}

func resumeThread(id uint32) error {
	thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, id)
	if err != nil {
		return os.NewSyscallError("OpenThread", err)
	}
	defer func() { _ = windows.CloseHandle(thread) }()
	_, err = windows.ResumeThread(thread)
	return os.NewSyscallError("ResumeThread", err)
}

// signal sends CTRL_BREAK to the group for an interrupt or a SIGTERM, which
// reaches what shares the program's console, and ends the job for a kill.
func (g *group) signal(pid int, s os.Signal) error {
	if !g.lives(pid) {
		return os.ErrProcessDone
	}
	switch s {
	case os.Kill:
		return os.NewSyscallError("TerminateJobObject", windows.TerminateJobObject(g.job, 1))
	case os.Interrupt, syscall.SIGTERM:
		return os.NewSyscallError("GenerateConsoleCtrlEvent", windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(pid)))
	}
	return errors.ErrUnsupported
}

// accounting is JOBOBJECT_BASIC_ACCOUNTING_INFORMATION.
type accounting struct {
	totalUserTime, totalKernelTime           int64
	thisPeriodUserTime, thisPeriodKernelTime int64
	totalPageFaults                          uint32
	totalProcesses                           uint32
	activeProcesses                          uint32
	totalTerminatedProcesses                 uint32
}

// lives reports whether anything of the job is left.
func (g *group) lives(int) bool {
	var counts accounting
	err := windows.QueryInformationJobObject(g.job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&counts)), uint32(unsafe.Sizeof(counts)), nil)
	return err == nil && counts.activeProcesses > 0
}
