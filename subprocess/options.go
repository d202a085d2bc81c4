package subprocess

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/gobaton/async"
)

// Options say how a process is started and what it is connected to. The fields
// are those of exec.Cmd where it has them. The zero Options have the process
// share the program's input and outputs, as asyncio's None does.
type Options struct {
	// Stdin is the input: nil for the program's own, Pipe, DevNull, an
	// *os.File, or a reader that a goroutine copies from. A Read of that
	// which is under way when the process ends is left behind.
	Stdin io.Reader

	// Stdout and Stderr are the outputs: nil for the program's own, Pipe,
	// DevNull, an *os.File, or a writer that a goroutine copies to. Stderr
	// may be Stdout, too. The same writer for both is written by one
	// goroutine.
	Stdout, Stderr io.Writer

	// Dir is the working directory; "": the program's own.
	Dir string

	// Env is the environment, as "key=value"; nil: the program's own.
	Env []string

	// ExtraFiles are open files for the process, as its descriptors 3 and
	// up. They are not closed.
	ExtraFiles []*os.File

	// SysProcAttr is what else the system can do.
	SysProcAttr *syscall.SysProcAttr

	// Group puts the process into a process group of its own. Signal,
	// Terminate, Kill and Close reach the whole group then. On Windows Kill
	// ends all that the process has started, by a job object, and Terminate
	// and os.Interrupt are a CTRL_BREAK_EVENT, which reaches what shares
	// the program's console.
	Group bool

	// Grace is how long Close, and the end of the loop, wait after a
	// Terminate before they Kill; 0: they Kill at once.
	Grace time.Duration

	// WaitDelay is how long Communicate reads on after the process has
	// ended, for what has inherited its outputs; 0: until these are closed.
	// Communicate returns exec.ErrWaitDelay after it.
	WaitDelay time.Duration

	// Limit is the Limit of the streams Stdout and Stderr; 0:
	// streams.DefaultLimit.
	Limit int
}

// Redirect is where an input or output goes, beside files.
type Redirect int

const (
	// Pipe is a stream of the Process; asyncio.subprocess.PIPE.
	Pipe Redirect = iota + 1

	// DevNull is no input, or no output; asyncio.subprocess.DEVNULL.
	DevNull

	// Stdout is, as Options.Stderr, where Options.Stdout goes;
	// asyncio.subprocess.STDOUT.
	Stdout
)

var errRedirect = errors.New("subprocess: a Redirect is for the fields of Options, and is not read or written")

// Read returns an error: a Redirect is an io.Reader to be given to Options
// only.
func (r Redirect) Read([]byte) (int, error) { return 0, errRedirect }

// Write returns an error: a Redirect is an io.Writer to be given to Options
// only.
func (r Redirect) Write([]byte) (int, error) { return 0, errRedirect }

// Exec starts a program, which is looked up as os/exec does, with its
// arguments; asyncio's create_subprocess_exec. It suspends until the process
// runs, or could not be started.
//
// If ctx is canceled first, Exec returns its error; a process that starts all
// the same is killed, and nothing of it is left when Run returns.
func Exec(ctx context.Context, name string, args ...string) (*Process, error) {
	return new(Options).Exec(ctx, name, args...)
}

// Shell starts a line of the system's shell, /bin/sh or cmd.exe; asyncio's
// create_subprocess_shell. What comes from elsewhere does not belong into such
// a line: use Exec. All else is as with [Exec].
func Shell(ctx context.Context, line string) (*Process, error) {
	return new(Options).Shell(ctx, line)
}

// Exec does what the function Exec does, with these options, which are copied.
func (o *Options) Exec(ctx context.Context, name string, args ...string) (*Process, error) {
	return o.start(ctx, &program{cmd: exec.Command(name, args...)})
}

// Shell does what the function Shell does, with these options, which are
// copied.
func (o *Options) Shell(ctx context.Context, line string) (*Process, error) {
	return o.start(ctx, &program{cmd: shell(line)})
}

func (o *Options) start(ctx context.Context, c child) (*Process, error) {
	if ctx.Err() != nil {
		if err := async.Yield(ctx); err != nil {
			return nil, err
		}
	}
	p := &Process{options: *o, loop: async.RunningLoop(ctx), child: c}
	if err := c.prepare(p); err != nil {
		return nil, err
	}
	started := async.NewFuture[async.Void](ctx)
	named := async.Named(ctx, "process "+c.name())
	// It begins at once: a task that is canceled before its first step
	// never runs.
	p.watcher = async.GoEager(named, func(ctx context.Context) error { p.watch(ctx, started); return nil })
	if _, err := async.Shield(ctx, started); err != nil {
		p.abandon(started)
		return nil, err
	}
	return p, nil
}
