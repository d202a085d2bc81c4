package subprocess

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// A system is what an operating system knows of the processes that a test has
// in memory.
type system struct {
	t       testing.TB
	started atomic.Int32 // off the loop
	reaped  int32
	open    int // ends of pipes, here
	left    int // as many of them may be left to the loop
	atEnd   int // as many were
	kept    []*streams.Writer
}

// newSystem returns a system of which nothing is left when the loop of t has
// ended.
func newSystem(t testing.TB) *system {
	s := &system{t: t}
	t.Cleanup(func() {
		if s.started.Load() != s.reaped {
			t.Errorf("%d processes were started, %d waited for", s.started.Load(), s.reaped)
		}
		if s.atEnd > s.left {
			t.Errorf("%d ends of pipes are open", s.atEnd)
		}
	})
	return s
}

// Close ends what is left at the end of the loop, as a loop does with the pipes
// of the system, before streams in memory are reported as never closed.
func (s *system) Close() error {
	s.atEnd = s.open
	for _, w := range s.kept {
		w.Abort()
	}
	return nil
}

func (s *system) stream(l *async.Loop, conn streams.Conn) (*streams.Reader, *streams.Writer) {
	r, w := streams.New(l, conn)
	s.kept = append(s.kept, w)
	return r, w
}

// A body is what a process in memory does: a task, whose cancellation, by
// whatever, is a signal that ends it.
type body func(ctx context.Context, c *memoryChild) (code int, err error)

// memoryChild is a process in memory.
type memoryChild struct {
	system   *system
	body     body
	missing  bool // it cannot be started
	stubborn bool // it ignores SIGTERM

	task   *async.Task[int]
	fatal  syscall.Signal
	code   int
	ended  bool
	stdin  *streams.Reader
	stdout *streams.Writer
	theirs []streams.Conn
	ours   [2]streams.Conn // of stdin and stdout
}

// exec starts a process in memory.
func (s *system) exec(ctx context.Context, o Options, c *memoryChild) (*Process, error) {
	c.system = s
	async.RunningLoop(ctx).Local(s, func() io.Closer { return s })
	return o.start(ctx, c)
}

func (c *memoryChild) name() string                  { return "memory" }
func (c *memoryChild) pid() int                      { return 1 }
func (c *memoryChild) groupLives() bool              { return !c.ended }
func (c *memoryChild) signalGroup(s os.Signal) error { return c.signal(s) }

func (c *memoryChild) prepare(p *Process) error {
	for i, wanted := range []bool{p.options.Stdin == Pipe, p.options.Stdout == Pipe} {
		if !wanted {
			continue
		}
		ours, theirs := streams.Pipe(p.loop)
		c.system.open++
		c.ours[i] = &counted{Conn: ours, open: &c.system.open}
		r, w := c.system.stream(p.loop, theirs)
		if i == 0 {
			c.stdin = r
		} else {
			c.stdout = w
			w.SetLimits(0, 0) // a process waits for room
		}
		c.theirs = append(c.theirs, theirs)
	}
	return nil
}

func (c *memoryChild) start() error {
	if c.missing {
		return os.ErrNotExist
	}
	c.system.started.Add(1)
	return nil
}

// watch begins the body. It has no other end than that of its task.
func (c *memoryChild) watch(ctx context.Context, what fmt.Stringer) (*async.Notifier, exitWatch) {
	ended := async.RunningLoop(ctx).NewNotifier(what, false)
	c.fatal = syscall.SIGKILL
	c.task = async.GoEagerValue(ctx, func(ctx context.Context) (int, error) { return c.body(ctx, c) })
	end := func() {
		c.ended = true
		code, err := c.task.Result()
		if c.code = code; err != nil {
			c.code = -int(c.fatal)
		}
		c.closeTheirs()
		ended.Enqueue()
	}
	if c.task.Done() {
		end()
	} else {
		c.task.OnDone(end)
	}
	return ended, func() (exit, error) {
		if !c.ended {
			c.system.t.Errorf("a process was waited for that has not ended")
		}
		c.system.reaped++
		return exit{code: c.code}, nil
	}
}

func (c *memoryChild) closeTheirs() {
	for _, conn := range c.theirs {
		_ = conn.Close()
	}
}

func (c *memoryChild) connect(p *Process) error {
	if conn := c.ours[0]; conn != nil {
		_, p.Stdin = c.system.stream(p.loop, conn)
	}
	if conn := c.ours[1]; conn != nil {
		p.Stdout, _ = c.system.stream(p.loop, conn)
	}
	return nil
}

func (c *memoryChild) discard(*Process) {
	c.closeTheirs()
	for _, conn := range c.ours {
		if conn != nil {
			_ = conn.Close()
		}
	}
}

func (c *memoryChild) signal(s os.Signal) error {
	switch {
	case c.ended:
		return os.ErrProcessDone
	case s == syscall.SIGTERM && c.stubborn:
		return nil
	case s == syscall.SIGTERM:
		c.fatal = syscall.SIGTERM
	default:
		c.fatal = syscall.SIGKILL
	}
	c.task.Cancel()
	return nil
}

// counted is our end of a pipe, which is closed at the end of the stream, as
// those of the system are.
type counted struct {
	streams.Conn
	open   *int
	closed bool
}

func (c *counted) TryRead(p []byte) (int, error) {
	n, err := c.Conn.TryRead(p)
	if err == io.EOF {
		_ = c.Close()
	}
	return n, err
}

func (c *counted) Close() error {
	if !c.closed {
		c.closed = true
		*c.open--
	}
	return c.Conn.Close()
}

// cat writes what it reads.
func cat(ctx context.Context, c *memoryChild) (int, error) {
	buf := make([]byte, 32<<10)
	for {
		n, err := c.stdin.Read(ctx, buf)
		if err == io.EOF {
			return 0, nil
		}
		if err == nil {
			_, _ = c.stdout.Write(buf[:n])
			err = c.stdout.Drain(ctx)
		}
		if err != nil {
			return 1, err
		}
	}
}

// sleep never ends by itself.
func sleep(ctx context.Context, _ *memoryChild) (int, error) {
	return 0, async.NewFuture[int](ctx).Wait(ctx)
}

// yieldTwice ends soon.
func yieldTwice(ctx context.Context, _ *memoryChild) (int, error) {
	for range 2 {
		if err := async.Yield(ctx); err != nil {
			return 0, err
		}
	}
	return 7, nil
}

// requireCanceledOr fails for an error that is neither a cancellation nor one
// of others.
func requireCanceledOr(t testing.TB, err error, others ...error) {
	t.Helper()
	ok := err == nil || async.IsCanceled(err)
	for _, other := range others {
		ok = ok || errors.Is(err, other)
	}
	require.True(t, ok, "%v", err)
}
