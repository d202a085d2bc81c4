package subprocess

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// A Process is a program that runs, or has run; asyncio.subprocess.Process. It
// is for the tasks of one loop.
type Process struct {
	// Stdin writes the input, where Options.Stdin is Pipe; else it is nil.
	// When the process has ended it is closed.
	Stdin *streams.Writer

	// Stdout and Stderr read the outputs, where the Options say Pipe; else
	// they are nil. What the process has written is there also after its
	// end. With the end of the stream a pipe is closed.
	Stdout, Stderr *streams.Reader

	options Options
	loop    *async.Loop
	child   child
	wiring  wiring
	watcher *async.Task[async.Void]
	unasked bool // nobody waits for the start any more

	end    *exit            // how it has ended; nil: it has not
	failed error            // of the wait for that
	exited primitives.Event // it has ended, and its outputs were copied
	empty  bool             // nothing of its group is left

	input   []byte    // of Communicate, and not written yet
	outputs [2][]byte // of Communicate, read to their ends and not returned yet
}

// Pid returns the process's number; asyncio's pid.
func (p *Process) Pid() int { return p.child.pid() }

// State returns what the system tells of a process that has ended, and nil
// before.
func (p *Process) State() *os.ProcessState {
	if p.end == nil {
		return nil
	}
	return p.end.state
}

// ReturnCode returns the exit status, and whether the process has ended;
// asyncio's returncode. It is negative where a signal has ended the process: -9
// for SIGKILL.
func (p *Process) ReturnCode() (code int, ended bool) {
	if p.end == nil {
		return 0, false
	}
	return p.end.code, true
}

// Wait suspends until the process has ended, and returns its exit status, as
// ReturnCode does; asyncio's wait. A status other than 0 is no error. What a
// process of its own still writes to a Pipe does not matter to it; what it has
// itself written to an io.Writer is there, and the error is that of the writer.
//
// A process that waits for room in a pipe, or for input, does not end: read
// what it writes, or use [Process.Communicate]. If ctx is canceled first, Wait
// returns its error and leaves the process alone.
func (p *Process) Wait(ctx context.Context) (code int, err error) {
	if err := p.exited.Wait(ctx); err != nil {
		return 0, err
	}
	if p.failed != nil {
		return -1, p.failed
	}
	return p.end.code, nil
}

// Signal sends a signal to the process, or to its group if it has one;
// asyncio's send_signal. It never suspends. The error of a process that has
// ended is os.ErrProcessDone.
func (p *Process) Signal(s os.Signal) error {
	if p.options.Group {
		return p.signalGroup(s)
	}
	if p.end != nil {
		return os.ErrProcessDone
	}
	return p.child.signal(s)
}

func (p *Process) signalGroup(s os.Signal) error {
	if p.empty {
		return os.ErrProcessDone
	}
	err := p.child.signalGroup(s)
	p.empty = p.end != nil && errors.Is(err, os.ErrProcessDone)
	return err
}

// Terminate asks the process to end, by SIGTERM; asyncio's terminate. On
// Windows it is Kill, but for a group. All else is as with [Process.Signal].
func (p *Process) Terminate() error { return p.Signal(syscall.SIGTERM) }

// Kill ends the process, by SIGKILL; asyncio's kill. All else is as with
// [Process.Signal].
func (p *Process) Kill() error { return p.Signal(os.Kill) }

// Close ends the process, if that has not happened, by a Terminate, and a Kill
// after Options.Grace, or by a Kill at once; then it closes the pipes. It
// suspends until the process has ended, and returns nil then, also a second
// time. With Options.Group it ends what is left of the group, too.
//
// If ctx is canceled first, or was before, Close returns its error, and the
// process is ended all the same: Run does not return before that.
func (p *Process) Close(ctx context.Context) error {
	p.watcher.Cancel()
	ending := async.GoEager(async.Named(ctx, fmt.Sprintf("close process %d", p.Pid())), func(ctx context.Context) error {
		ctx = context.WithoutCancel(ctx)
		if err := p.watcher.Wait(ctx); err != nil && !async.IsCanceled(err) {
			return err
		}
		if p.options.Group {
			p.endGroup(ctx, p.options.Grace)
		}
		return p.disconnect()
	})
	_, err := async.Shield(ctx, ending)
	if !ending.Done() {
		ending.OnDone(func() { _ = ending.Err() })
	}
	return err
}

// String tells the number and the state, like Python's repr.
func (p *Process) String() string {
	if code, ended := p.ReturnCode(); ended {
		return fmt.Sprintf("<Process %d returncode=%d>", p.Pid(), code)
	}
	return fmt.Sprintf("<Process %d>", p.Pid())
}
