package subprocess

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/gobaton/async"
)

// A child is a process as the system has it: a [program], or in tests one in
// memory. start may block and runs off the loop; the other methods are the
// loop's and never suspend.
type child interface {
	// name is what is started.
	name() string

	// prepare makes what p needs to be connected, in p.wiring.
	prepare(p *Process) error

	// start starts the process.
	start() error

	// watch returns a notifier of when the process can be waited for, which
	// says that the task of ctx waits for what.
	watch(ctx context.Context, what fmt.Stringer) (ended *async.Notifier, reap exitWatch)

	// connect makes the streams of p.
	connect(p *Process) error

	// discard closes what prepare has made, where there is no process.
	discard(p *Process)

	// pid returns the number of a process that was started.
	pid() int

	// signal sends a signal to the process, or to its group. The error of
	// what has ended is os.ErrProcessDone.
	signal(s os.Signal) error
	signalGroup(s os.Signal) error

	// groupLives reports whether anything of the group is left.
	groupLives() bool
}

// exit is how a process has ended.
type exit struct {
	state *os.ProcessState
	code  int // asyncio's returncode
}

// exitWatch waits for a process of which it is known that it has ended, so that
// it is no zombie any more.
type exitWatch func() (exit, error)

// program is a child of the operating system's.
type program struct {
	cmd   *exec.Cmd
	group group // if there is to be one
}

func (c *program) name() string                  { return c.cmd.Path }
func (c *program) pid() int                      { return c.cmd.Process.Pid }
func (c *program) signal(s os.Signal) error      { return signalProcess(c.cmd.Process, s) }
func (c *program) signalGroup(s os.Signal) error { return c.group.signal(c.pid(), s) }
func (c *program) groupLives() bool              { return c.group.lives(c.pid()) }

// prepare gives the command its options and pipes. If it fails, nothing is left
// of them.
func (c *program) prepare(p *Process) error {
	if p.loop.Virtual() {
		panic("async: a process in a loop whose time is virtual, where nothing comes from outside: use the clock of the machine")
	}
	o, cmd := &p.options, c.cmd
	cmd.Dir, cmd.Env, cmd.ExtraFiles = o.Dir, o.Env, o.ExtraFiles
	if o.SysProcAttr != nil {
		setAttr(cmd, o.SysProcAttr)
	}
	if o.Group {
		if err := c.group.prepare(cmd); err != nil {
			return err
		}
	}
	if err := p.wiring.make(p, cmd); err != nil {
		p.wiring.close()
		return err
	}
	return nil
}

// start starts the process, as the first of its group if it has one.
func (c *program) start() error {
	if err := c.cmd.Start(); err != nil {
		return err
	}
	return c.group.adopt(c.cmd.Process)
}

// watch asks the system.
func (c *program) watch(ctx context.Context, what fmt.Stringer) (*async.Notifier, exitWatch) {
	l := async.RunningLoop(ctx)
	ended := l.NewNotifier(what, true)
	reap := watchExit(l, c.cmd.Process, ended)
	return ended, func() (exit, error) {
		state, err := reap()
		if err != nil {
			return exit{}, err
		}
		return exit{state, exitCode(state)}, nil
	}
}

// connect connects the pipes.
func (c *program) connect(p *Process) error { return p.wiring.connect(p) }

// discard closes the pipes.
func (c *program) discard(p *Process) { p.wiring.close() }
