// Package conformance runs small asynchronous programs on the library and on CPython and compares the traces they
// leave, line for line. README.md has the language of the programs; testdata has 3,600 of them with CPython's
// traces; oracle.py makes more.
//
// An operation of the language is a small function in a family's table (the files ops_*.go) that does to the
// library's public API what its namesake does to asyncio.
package conformance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
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
	callbacks map[string]*async.Handle
	loop      *async.Loop
	start     time.Duration
	trace     []string
	closed    bool
}

// Run runs the program in virtual time and returns what it wrote until main had ended and the loop had gone
// through one more iteration. The error is not the program's: it says that the program cannot be run, or that
// nothing could wake main again.
func Run(p *Program) ([]string, error) {
	for o := range p.walk {
		if o.op.do == nil {
			return nil, &UnimplementedError{o.Name}
		}
	}
	m := newMachine(p)
	runner := &async.Runner{Clock: asynctest.NewClock(), OnError: func(*async.ErrorEvent) {}}
	err := runner.Run(context.Background(), m.main)
	m.closed = true
	runner.Close()
	if errors.Is(err, async.ErrDeadlock) {
		return m.trace, err
	}
	return m.trace, nil
}

func newMachine(p *Program) *machine {
	m := &machine{
		coros:     p.Coros,
		resources: make(map[string]any),
		errors:    namedErrors(),
		handles:   make(map[string]handle),
		callbacks: make(map[string]*async.Handle),
	}
	for name, r := range p.Resources {
		m.resources[name] = newResource(r)
	}
	return m
}

func (m *machine) main(ctx context.Context) error {
	m.loop = async.RunningLoop(ctx)
	m.start = m.loop.Time()
	_, err := m.call("main", "main")(ctx)
	return err
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

// resource returns the resource called name by the face that the operation wants of it.
func resource[T any](m *machine, name string) T { return m.resources[name].(T) }
