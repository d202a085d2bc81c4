package procpool

import (
	"context"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/remote"
)

// A Pool runs functions in worker processes, which it starts when they are
// needed and keeps until Shutdown; concurrent.futures.ProcessPoolExecutor. The
// zero Pool is ready. Its methods may be called from any goroutine. Its fields
// must not change once it was used.
type Pool struct {
	// Workers is how many processes there are at most; 0: one for each
	// processor that Go uses. What comes beyond that is queued.
	Workers int

	// MaxMessage is how many bytes an argument, or a result, may have; 0:
	// 64 MiB.
	MaxMessage int

	// Grace is how long a function that was canceled may go on before its
	// worker is killed; 0: as long as it likes. Its worker takes no other
	// call meanwhile.
	Grace time.Duration

	// Stderr receives what workers, and processes that they start, print to
	// their standard output and error; nil: os.Stderr. It is written to by
	// one goroutine at a time.
	Stderr io.Writer

	// Env is added to the workers' environment, each entry as key=value.
	Env []string

	once    sync.Once
	printer io.Writer        // where goes what workers print
	threads async.ThreadPool // a goroutine for each process that runs something
	starter starter
	ended   sync.Once

	mu     sync.Mutex
	idle   []*process
	all    map[*process]struct{}
	ending bool // Shutdown was called
	killed bool
}

// ToProcess calls fn in a worker process of the pool and returns its result.
// The task is suspended meanwhile, and the loop goes on.
//
// If ctx is canceled first, ToProcess returns its error at once, and the
// function's own ctx is done; if it has not begun, it never runs. A worker that
// ends before it has replied makes the call fail with a [*CrashError]. A panic
// in fn panics here.
func ToProcess[In, Out any](ctx context.Context, pool *Pool, fn *remote.Func[In, Out], in In) (Out, error) {
	call := async.RunInExecutor(ctx, pool, fn.Bind(in))
	out, err := call.Await(ctx)
	if err != nil {
		call.Cancel() // if the await has failed before it looked
	}
	return out, err
}

// Execute implements async.Executor: the functions of package remote that run
// calls with its ctx are called in one of the workers. All else in run happens
// in this process.
func (p *Pool) Execute(ctx context.Context, run func(ctx context.Context)) error {
	p.once.Do(p.init)
	return p.threads.Execute(ctx, func(ctx context.Context) {
		s := &seat{pool: p}
		defer s.leave()
		run(remote.Via(ctx, s))
	})
}

func (p *Pool) init() {
	if os.Getenv(marker) != "" {
		panic("procpool: a Pool in a worker process that went past main: call procpool.Main first thing in main, and in TestMain")
	}
	p.threads.Workers = p.Workers
	if p.Workers <= 0 {
		p.threads.Workers = runtime.GOMAXPROCS(0)
	}
	p.printer = printer(p.Stderr)
	p.all = map[*process]struct{}{}
}

// Shutdown lets the pool take no more calls, waits for those it has, the queued
// ones too, and ends the workers. In a task it suspends until then, elsewhere
// it blocks.
//
// If ctx is canceled first, the workers are killed: their calls fail, what is
// queued counts as canceled, and Shutdown returns ctx's error when they have
// ended.
func (p *Pool) Shutdown(ctx context.Context) error {
	p.once.Do(p.init)
	for _, w := range p.close() {
		if p.threads.Execute(context.Background(), func(context.Context) { p.end(w) }) != nil {
			p.end(w)
		}
	}
	err := p.threads.Shutdown(ctx)
	if err != nil {
		p.kill()
		_ = p.threads.ShutdownNow(context.WithoutCancel(ctx))
	}
	p.ended.Do(p.starter.end)
	return err
}

// close lets workers end when they have nothing to do, and returns those that
// have nothing already.
func (p *Pool) close() (idle []*process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	idle, p.idle = p.idle, nil
	p.ending = true
	return idle
}

// kill kills all workers, and lets no more be started.
func (p *Pool) kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.killed = true
	for w := range p.all {
		_ = w.cmd.Process.Kill()
	}
}

func (p *Pool) end(w *process) {
	w.end()
	p.forget(w)
}

func (p *Pool) forget(w *process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, w)
}

// acquire gives a worker that has nothing to do, or a new one.
func (p *Pool) acquire() (*process, error) {
	if w := p.takeIdle(); w != nil {
		return w, nil
	}
	w, err := p.start()
	if err != nil {
		return nil, err
	}
	if !p.admit(w) {
		w.kill()
		return nil, ErrKilled
	}
	if err := w.greet(); err != nil {
		p.forget(w)
		return nil, err
	}
	return w, nil
}

// takeIdle gives an idle worker that has not ended, the one used last.
func (p *Pool) takeIdle() *process {
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.idle); n > 0; n = len(p.idle) {
		w := p.idle[n-1]
		p.idle = p.idle[:n-1]
		select {
		case <-w.exited: // killed while it had nothing to do
			w.closePipes()
			delete(p.all, w)
		default:
			return w
		}
	}
	return nil
}

// admit puts w among the workers, unless they were killed meanwhile.
func (p *Pool) admit(w *process) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.killed {
		p.all[w] = struct{}{}
	}
	return !p.killed
}

// release takes a worker back.
func (p *Pool) release(w *process) {
	p.mu.Lock()
	keep := !p.ending
	if keep {
		p.idle = append(p.idle, w)
	}
	p.mu.Unlock()
	if !keep {
		p.end(w)
	}
}

// discard ends a worker that can be used no more.
func (p *Pool) discard(w *process) {
	w.kill()
	p.forget(w)
}

func (p *Pool) maxMessage() int {
	if p.MaxMessage > 0 {
		return p.MaxMessage
	}
	return 64 << 20
}
