// Package conformance runs small asynchronous programs on the library and on
// CPython and compares the traces they leave, line for line. README.md has the
// language of the programs; testdata has 8,100 of them with CPython's traces;
// oracle.py makes more.
//
// An operation of the language is a small function in a family's table (the
// files ops_*.go) that does to the library's public API what its namesake does
// to asyncio.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// unit is the time unit of programs and traces.
const unit = time.Second / 512

var errClosed = errors.New("conformance: the trace has been taken")

// A machine is a program on its loop.
type machine struct {
	coros     map[string][]Op
	resources map[string]any
	errors    []namedError
	handles   map[string]handle
	order     []string // the handles, as they were first made
	functions map[string]Function
	callbacks map[string]canceler
	watchers  map[string]func() bool
	submitted map[string]*async.Pending[any]
	groups    map[string]*async.TaskGroup
	timeouts  map[string]*async.TimeoutScope
	networks  map[string]*streams.Memory // by the servers in them
	servers   map[string]interface{ Close() }
	ends      map[string]*end // of connections
	loop      *async.Loop
	start     time.Duration
	trace     []string
	closed    bool
}

// Run runs the program in virtual time and returns what it wrote until main had
// ended and the loop had gone through one more iteration. The error is not the
// program's: it says that the program cannot be run, or that nothing could wake
// main again.
func Run(p *Program) ([]string, error) {
	for o := range p.walk {
		if o.op.do == nil {
			return nil, &UnimplementedError{o.Name}
		}
	}
	m := newMachine(p)
	runner := &async.Runner{Clock: asynctest.NewClock(), Eager: p.Eager, OnError: m.told}
	m.loop = runner.Loop()
	m.start = m.loop.Time()
	err := m.runAll(runner, p.Runs)
	m.closed = m.closed || err != nil || !p.Close
	m.close(runner)
	return m.trace, err
}

// runAll runs the coroutines one after the other, or main alone, which the
// trace then does not tell of.
func (m *machine) runAll(runner *async.Runner, names []string) error {
	if len(names) == 0 {
		_, err := m.run(runner, "main")
		return err
	}
	for _, name := range names {
		m.write("runner", "run "+name)
		end, err := m.run(runner, name)
		if err != nil {
			return err
		}
		m.write("runner", "ended "+end)
	}
	return nil
}

// run runs a coroutine and returns what it ended with; the error is a deadlock.
func (m *machine) run(runner *async.Runner, name string) (end string, err error) {
	v, err := async.RunValueIn(runner, context.Background(), m.call(name, name))
	switch {
	case errors.Is(err, async.ErrDeadlock):
		return "", err
	case errors.Is(err, async.ErrStopped):
		return "stopped", nil
	case err != nil:
		return m.errorName(err), nil
	default:
		return m.text(v), nil
	}
}

func (m *machine) close(runner *async.Runner) {
	m.write("runner", "close")
	runner.Close()
	m.write("runner", "closed")
}

func newMachine(p *Program) *machine {
	m := &machine{
		coros:     p.Coros,
		resources: make(map[string]any),
		errors:    namedErrors(),
		handles:   make(map[string]handle),
		functions: p.Functions,
		callbacks: make(map[string]canceler),
		watchers:  make(map[string]func() bool),
		submitted: make(map[string]*async.Pending[any]),
		groups:    make(map[string]*async.TaskGroup),
		timeouts:  make(map[string]*async.TimeoutScope),
		networks:  make(map[string]*streams.Memory),
		servers:   make(map[string]interface{ Close() }),
		ends:      make(map[string]*end),
	}
	for name, r := range p.Resources {
		m.resources[name] = newResource(r)
	}
	return m
}

// call binds the coroutine named coro to the task named who.
func (m *machine) call(coro, who string) async.Coro[any] {
	return func(ctx context.Context) (any, error) {
		c := &coroutine{machine: m, who: who, ctx: ctx}
		return c.run(m.coros[coro])
	}
}

// write adds a line to the trace, until that has been taken.
func (m *machine) write(who, text string) {
	if !m.closed {
		m.trace = append(m.trace, fmt.Sprintf("%d %s %s", (m.loop.Time()-m.start)/unit, who, text))
	}
}

// resource returns the resource called name by the face that the operation
// wants of it.
func resource[T any](m *machine, name string) T { return m.resources[name].(T) }
