package subprocess

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime/debug"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// A Protocol learns of a process by callbacks; asyncio.SubprocessProtocol.
// Embed [ProtocolBase] for what does not matter. The methods never suspend.
type Protocol interface {
	// ConnectionMade is called once, first. The transport is what the
	// process is written to and ended with.
	ConnectionMade(t *Transport)

	// PipeDataReceived is called with what the process has written to its
	// output, 1 or 2, if that is a Pipe. The data is valid during the call.
	PipeDataReceived(fd int, data []byte)

	// PipeConnectionLost is called once for each Pipe when it is closed: an
	// output at its end, or with its error; the input, 0, with the process.
	PipeConnectionLost(fd int, err error)

	// ProcessExited is called once, when the process has ended.
	ProcessExited()

	// ConnectionLost is called once, last: the process has ended, and all
	// pipes are closed.
	ConnectionLost(err error)
}

// ProtocolBase has the methods of a Protocol, and does nothing in them: to be
// embedded.
type ProtocolBase struct{}

// ConnectionMade does nothing.
func (ProtocolBase) ConnectionMade(*Transport) {}

// PipeDataReceived does nothing.
func (ProtocolBase) PipeDataReceived(int, []byte) {}

// PipeConnectionLost does nothing.
func (ProtocolBase) PipeConnectionLost(int, error) {}

// ProcessExited does nothing.
func (ProtocolBase) ProcessExited() {}

// ConnectionLost does nothing.
func (ProtocolBase) ConnectionLost(error) {}

// A Transport is a process as its Protocol uses it;
// asyncio.SubprocessTransport. Its methods never suspend.
type Transport struct {
	process  *Process
	protocol Protocol
	outputs  [3]*output // by their numbers; nil: no Pipe
	closing  bool
}

// output is an output as a Protocol learns of it.
type output struct {
	reader  *streams.Reader
	reading primitives.Event // set unless PauseReading was called
}

// ExecProtocol does what [Options.Exec] does, with callbacks; asyncio's
// loop.subprocess_exec. A Pipe that nobody asks for is none: say so in the
// Options. ConnectionMade was called when it returns.
func (o *Options) ExecProtocol(ctx context.Context, protocol Protocol, name string, args ...string) (*Transport, error) {
	p, err := o.Exec(ctx, name, args...)
	return newTransport(ctx, p, protocol, err)
}

// ShellProtocol does what [Options.Shell] does, with callbacks; asyncio's
// loop.subprocess_shell. All else is as with [Options.ExecProtocol].
func (o *Options) ShellProtocol(ctx context.Context, protocol Protocol, line string) (*Transport, error) {
	p, err := o.Shell(ctx, line)
	return newTransport(ctx, p, protocol, err)
}

func newTransport(ctx context.Context, p *Process, protocol Protocol, err error) (*Transport, error) {
	if err != nil {
		return nil, err
	}
	t := &Transport{process: p, protocol: protocol}
	for fd, r := range []*streams.Reader{1: p.Stdout, 2: p.Stderr} {
		if r != nil {
			t.outputs[fd] = &output{reader: r}
			t.outputs[fd].reading.Set()
		}
	}
	t.guard(func() { protocol.ConnectionMade(t) })
	async.GoEager(async.Named(ctx, "protocol of "+p.String()), t.serve)
	return t, nil
}

// serve runs a protocol to its end. If it is canceled, the process is ended.
func (t *Transport) serve(ctx context.Context) error {
	free := context.WithoutCancel(ctx)
	var pumps []*async.Task[async.Void]
	for fd, o := range t.outputs {
		if o != nil { // it begins at once, and nothing interrupts it
			pumps = append(pumps, async.GoEager(free, func(ctx context.Context) error {
				t.pump(context.WithoutCancel(ctx), fd, o)
				return nil
			}))
		}
	}
	if t.process.exited.Wait(ctx) != nil {
		t.Close()
		_ = t.process.exited.Wait(free)
	}
	t.guard(t.protocol.ProcessExited)
	if t.process.Stdin != nil {
		t.guard(func() { t.protocol.PipeConnectionLost(0, nil) })
	}
	for _, pump := range pumps {
		if _, err := async.Shield(ctx, pump); err != nil {
			t.Close()
			_ = pump.Wait(free)
		}
	}
	t.guard(func() { t.protocol.ConnectionLost(nil) })
	return nil
}

// pump tells of an output until its end.
func (t *Transport) pump(ctx context.Context, fd int, o *output) {
	_ = async.Yield(ctx) // the starter of the process has its Transport first
	buf := make([]byte, 32<<10)
	for {
		n, err := o.reader.Read(ctx, buf)
		_ = o.reading.Wait(ctx)
		if err == nil {
			if !t.closing {
				t.guard(func() { t.protocol.PipeDataReceived(fd, buf[:n]) })
			}
			continue
		}
		if err == io.EOF || errors.Is(err, net.ErrClosed) {
			err = nil
		}
		t.guard(func() { t.protocol.PipeConnectionLost(fd, err) })
		return
	}
}

// guard calls f; a panic is reported, and ends the process.
func (t *Transport) guard(f func()) {
	defer func() {
		if v := recover(); v != nil {
			err := &async.PanicError{Task: "a protocol", Value: v, Stack: debug.Stack()}
			t.process.loop.Report(async.ErrorEvent{Message: "panic in a protocol", Err: err})
			t.Close()
		}
	}()
	f()
}

// Pid returns the process's number; asyncio's get_pid.
func (t *Transport) Pid() int { return t.process.Pid() }

// ReturnCode returns the exit status, as [Process.ReturnCode] does; asyncio's
// get_returncode.
func (t *Transport) ReturnCode() (code int, ended bool) { return t.process.ReturnCode() }

// PauseReading keeps the protocol from learning of an output, 1 or 2, until
// ResumeReading: neither of its data nor of its end. A process that writes more
// than the pipe takes waits meanwhile. It is asyncio's pause_reading of
// get_pipe_transport(fd), and panics if the output is no Pipe.
func (t *Transport) PauseReading(fd int) {
	if o := t.output(fd); !t.closing {
		o.reading.Clear()
	}
}

// ResumeReading takes [Transport.PauseReading] back; asyncio's resume_reading.
// So does Close.
func (t *Transport) ResumeReading(fd int) { t.output(fd).reading.Set() }

// IsReading reports whether the protocol learns of an output; asyncio's
// is_reading.
func (t *Transport) IsReading(fd int) bool { return !t.closing && t.output(fd).reading.IsSet() }

func (t *Transport) output(fd int) *output {
	if fd < 0 || fd >= len(t.outputs) || t.outputs[fd] == nil {
		panic("async: a Transport reads Stdout, 1, and Stderr, 2, if they are Pipes: set them in the Options")
	}
	return t.outputs[fd]
}

// Stdin returns the input, or nil if that is no Pipe; asyncio's
// get_pipe_transport(0).
func (t *Transport) Stdin() *streams.Writer { return t.process.Stdin }

// Signal sends a signal, as [Process.Signal] does; asyncio's send_signal.
func (t *Transport) Signal(s os.Signal) error { return t.process.Signal(s) }

// Terminate asks the process to end, as [Process.Terminate] does.
func (t *Transport) Terminate() error { return t.process.Terminate() }

// Kill ends the process, as [Process.Kill] does.
func (t *Transport) Kill() error { return t.process.Kill() }

// Close closes the pipes and ends the process, gently first where Options.Grace
// says so. ConnectionLost is called when that has happened.
func (t *Transport) Close() {
	t.closing = true
	for _, o := range t.outputs {
		if o != nil {
			o.reading.Set() // to hear of the end
		}
	}
	t.process.watcher.Cancel()
	_ = t.process.disconnect()
}

// IsClosing reports whether Close was called.
func (t *Transport) IsClosing() bool { return t.closing }
