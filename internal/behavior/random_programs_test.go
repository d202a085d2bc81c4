package behavior_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/internal/testkit"
)

// RANDOM_SEED=n go test -run TestRandomPrograms runs one program, that of seed
// n.
const seedVariable = "RANDOM_SEED"

func TestRandomProgramsEndAndLeaveNothing(t *testing.T) {
	if s := os.Getenv(seedVariable); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		require.NoError(t, err)
		first := checkProgram(t, seed)
		t.Log(first)
		return
	}
	programs := 10_000
	if raceDetector {
		programs = 300 // each coroutine costs it a goroutine's switch
	}
	if testing.Short() {
		programs /= 10
	}
	before := runtime.NumGoroutine()
	base := rand.Uint64()
	for i := range programs {
		seed := base + uint64(i)
		checkProgram(t, seed)
		if i%100 == 99 && !goroutinesGone(before) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("goroutines are left: %s=%d to %d:\n%s", seedVariable, seed-99, seed, stacks[:runtime.Stack(stacks, true)])
		}
		if t.Failed() {
			return
		}
	}
}

// checkProgram runs the program of a seed twice, and compares. It returns what
// happened.
func checkProgram(t *testing.T, seed uint64) testkit.Record {
	t.Helper()
	defer func() {
		if t.Failed() {
			t.Logf("%s=%d runs this program alone", seedVariable, seed)
		}
	}()
	watch := time.AfterFunc(time.Minute, func() { panic("a random program hangs: " + seedVariable + "=" + strconv.FormatUint(seed, 10)) })
	defer watch.Stop()
	first := runProgram(seed, false)
	if seed%4 == 0 {
		require.Equal(t, first, runProgram(seed, true), "the same in debug mode, where no task drives the loop")
	} else {
		require.Equal(t, first, runProgram(seed, false), "the same on every run")
	}
	return first
}

// goroutinesGone waits until only n goroutines are left, besides those that a
// context has just set off.
func goroutinesGone(n int) bool {
	for begun := time.Now(); time.Since(begun) < 10*time.Second; runtime.Gosched() {
		if runtime.NumGoroutine() <= n {
			return true
		}
	}
	return false
}

// program is a random program under way.
type program struct {
	rand    *rand.Rand
	kinds   []func(p *program, ctx context.Context) error
	trace   testkit.Record
	tasks   []*async.Task[int]
	futures []*async.Future[int]
	cancels []context.CancelFunc
	left    int // how many more tasks may be started
}

// runProgram runs the program of a seed to its end, whatever that is, and
// returns what happened.
func runProgram(seed uint64, debug bool) testkit.Record {
	p := &program{rand: rand.New(rand.NewPCG(seed, 0)), kinds: programSteps(), left: 12}
	r := &async.Runner{Clock: asynctest.NewClock(), Eager: p.chance(10), Debug: debug, OnError: func(e *async.ErrorEvent) {
		p.note("told %s: %s", e.Task, e.Message)
	}}
	r.SlowStep = time.Hour // it is the machine's time, which is no part of the program
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			var panicked *async.PanicError
			if err, ok := recover().(error); ok && errors.As(err, &panicked) {
				p.note("panic of %s: %v", panicked.Task, panicked.Value)
			}
		}()
		defer r.Close()
		for range 1 + p.rand.IntN(2) {
			err := r.Run(context.Background(), func(ctx context.Context) error {
				for range 3 {
					p.futures = append(p.futures, async.NewFuture[int](ctx))
				}
				_, err := p.steps(ctx, 8)
				return err
			})
			p.note("Run: %v", err)
		}
		p.note("Close: %v", r.Close())
	}()
	<-done
	return p.trace
}

// note adds a line to the trace. More than one is a report, or has a stack.
func (p *program) note(format string, args ...any) {
	text, _, _ := strings.Cut(fmt.Sprintf(format, args...), "\n")
	p.trace = append(p.trace, text)
}

// chance is true once in n times.
func (p *program) chance(n int) bool { return p.rand.IntN(n) == 0 }

// steps is a coroutine of up to n random steps.
func (p *program) steps(ctx context.Context, n int) (int, error) {
	name := async.CurrentTask(ctx).Name()
	for range 1 + p.rand.IntN(n) {
		kind := p.rand.IntN(len(p.kinds))
		err := p.kinds[kind](p, ctx)
		p.note("%s: %d: %v", name, kind, err)
		switch {
		case err != nil && p.chance(3):
			return 0, err
		case err != nil && p.chance(4):
			ctx = async.Uncancel(ctx)
		case p.chance(60):
			panic(name)
		case p.chance(80):
			runtime.Goexit()
		case p.chance(12):
			defer func() {
				_, err := p.steps(ctx, 2)
				p.note("%s deferred: %v", name, err)
			}()
		case p.chance(20):
			defer func() { p.note("%s recovered: %t", name, recover() != nil) }()
		}
	}
	return p.rand.IntN(100), nil
}

// coro is a coroutine of random steps.
func (p *program) coro(n int) async.Coro[int] {
	return func(ctx context.Context) (int, error) { return p.steps(ctx, n) }
}

func (p *program) start(ctx context.Context) {
	if p.left--; p.left < 0 {
		return
	}
	if p.chance(4) {
		p.tasks = append(p.tasks, async.GoEagerValue(ctx, p.coro(6)))
	} else {
		p.tasks = append(p.tasks, async.GoValue(ctx, p.coro(6)))
	}
}

// task is one of the tasks, nil if there is none.
func (p *program) task(not async.AnyTask) *async.Task[int] {
	if len(p.tasks) == 0 {
		return nil
	}
	if t := p.tasks[p.rand.IntN(len(p.tasks))]; t.Any() != not {
		return t
	}
	return nil
}

func (p *program) future() *async.Future[int] { return p.futures[p.rand.IntN(len(p.futures))] }

func (p *program) delay() time.Duration { return time.Duration(p.rand.IntN(4)) * time.Second }

// awaitTask waits for one of the tasks.
func (p *program) awaitTask(ctx context.Context) error {
	if t := p.task(async.CurrentTask(ctx)); t != nil {
		return t.Wait(ctx)
	}
	return async.Yield(ctx)
}

func (p *program) wait(ctx context.Context) error {
	switch p.rand.IntN(4) {
	case 0:
		return p.awaitTask(ctx)
	case 1:
		return p.future().Wait(ctx)
	case 2:
		return async.Sleep(ctx, p.delay())
	}
	return async.Yield(ctx)
}

// meddle does to a future or a task what others may do to it.
func (p *program) meddle(ctx context.Context) {
	switch p.rand.IntN(4) {
	case 0:
		_ = p.future().SetResult(1)
	case 1:
		_ = p.future().SetError(testkit.ErrBoom)
	case 2:
		p.future().Cancel()
	case 3:
		if t := p.task(async.AnyTask{}); t != nil {
			t.Cancel()
		}
	}
}

// programSteps are what a random program is made of.
func programSteps() []func(p *program, ctx context.Context) error {
	return []func(p *program, ctx context.Context) error{
		func(p *program, ctx context.Context) error { p.start(ctx); return nil },
		func(p *program, ctx context.Context) error { p.start(ctx); return nil },
		func(p *program, ctx context.Context) error { return p.wait(ctx) },
		func(p *program, ctx context.Context) error { return p.wait(ctx) },
		func(p *program, ctx context.Context) error { return p.awaitTask(ctx) },
		func(p *program, ctx context.Context) error { p.meddle(ctx); return nil },
		func(p *program, ctx context.Context) error {
			if t := p.task(async.AnyTask{}); t != nil {
				t.CancelCause(testkit.ErrBoom)
			}
			return nil
		},
		func(p *program, ctx context.Context) error {
			l := async.RunningLoop(ctx)
			l.CallLater(p.delay(), func() {
				p.meddle(l.Context())
				if p.chance(4) {
					p.start(l.Context())
				}
				if p.chance(40) {
					panic("callback")
				}
				if p.chance(60) {
					runtime.Goexit()
				}
			})
			return nil
		},
		func(p *program, ctx context.Context) error { return p.wait(context.WithoutCancel(ctx)) },
		func(p *program, ctx context.Context) error {
			if p.chance(4) {
				ctx = context.WithoutCancel(ctx)
			}
			derived, cancel := context.WithCancelCause(ctx)
			p.cancels = append(p.cancels, func() { cancel(testkit.ErrCrash) })
			if p.chance(3) {
				derived = context.WithValue(testkit.Child(derived), testkit.Key("k"), 1)
			}
			if p.chance(3) {
				derived, _ = async.WithCancel(derived)
			}
			if p.chance(4) {
				derived = testkit.Child(derived)
			}
			return p.wait(derived)
		},
		func(p *program, ctx context.Context) error {
			if n := len(p.cancels); n > 0 {
				p.cancels[p.rand.IntN(n)]()
			}
			return p.wait(ctx)
		},
		func(p *program, ctx context.Context) error {
			limited, cancel := async.WithTimeout(ctx, p.delay())
			p.cancels = append(p.cancels, cancel)
			return p.wait(limited)
		},
		func(p *program, ctx context.Context) error {
			return async.Timeout(ctx, p.delay(), func(ctx context.Context) error {
				_, err := p.steps(ctx, 2)
				return err
			})
		},
		func(p *program, ctx context.Context) error {
			if t := p.task(async.CurrentTask(ctx)); t != nil {
				_, err := async.Shield(ctx, t)
				return err
			}
			return nil
		},
		func(p *program, ctx context.Context) error {
			_, _, err := async.WaitTimeout(ctx, async.When(p.rand.IntN(3)), p.delay(), async.AllTasks(ctx)...)
			return err
		},
		func(p *program, ctx context.Context) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range p.rand.IntN(3) {
					p.tasks = append(p.tasks, async.GoValueIn(tg, p.coro(3)))
				}
				_, err := p.steps(ctx, 2)
				return err
			})
		},
		func(p *program, ctx context.Context) error {
			_, err := async.Gather(ctx, p.coro(2), p.coro(2))
			return err
		},
		func(p *program, ctx context.Context) error {
			_, err := async.Race(ctx, p.coro(2), p.coro(2))
			return err
		},
		func(p *program, ctx context.Context) error {
			if t := p.task(async.AnyTask{}); t != nil {
				p.note("%s %d", t, len(t.Stack()))
			}
			return async.Yield(async.Uncancel(ctx))
		},
	}
}
