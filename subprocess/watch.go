package subprocess

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/gobaton/async"
)

// watch runs a process as a task: it starts the process, waits for its end, and
// ends it where it is canceled itself, which at the latest is at the end of the
// loop.
func (p *Process) watch(ctx context.Context, started *async.Future[async.Void]) {
	free := context.WithoutCancel(ctx)
	ended, reap, err := p.launch(free)
	if err != nil {
		_ = started.SetError(err)
		return
	}
	if p.unasked {
		_ = p.Kill()
	}
	_ = started.SetResult(async.Void{})
	if ended.Wait(ctx) != nil {
		p.stop(free, ended)
	}
	end, err := reap()
	if p.failed = err; err == nil {
		p.end = &end
	}
	if p.options.Group {
		p.empty = !p.child.groupLives()
	}
	p.finish(ctx, free)
}

// launch starts the process off the loop, and connects it.
func (p *Process) launch(ctx context.Context) (*async.Notifier, exitWatch, error) {
	err := async.ToThread(ctx, func(context.Context) error { return p.child.start() })
	if err != nil {
		p.child.discard(p)
		return nil, nil, err
	}
	p.wiring.closeTheirs()
	ended, reap := p.child.watch(ctx, awaitedEnd{p})
	if err := p.child.connect(p); err != nil {
		_ = p.child.signal(os.Kill)
		_ = ended.Wait(ctx)
		_, _ = reap()
		p.child.discard(p)
		return nil, nil, err
	}
	return ended, reap, nil
}

// abandon ends a start that was canceled.
func (p *Process) abandon(started *async.Future[async.Void]) {
	p.unasked = true
	started.OnDone(func() {
		if started.Err() == nil {
			_ = p.disconnect()
		}
	})
	p.watcher.Cancel()
}

// stop ends the process, gently first if there is a grace.
func (p *Process) stop(ctx context.Context, ended *async.Notifier) {
	if grace := p.options.Grace; grace > 0 {
		_ = p.Terminate()
		if async.Timeout(ctx, grace, ended.Wait) == nil {
			return
		}
	}
	_ = p.Kill()
	_ = ended.Wait(ctx)
}

// finish does what follows the end of the process.
func (p *Process) finish(ctx, free context.Context) {
	if p.Stdin != nil {
		p.Stdin.Abort()
	}
	if f := p.wiring.feed; f != nil {
		_ = f.file.Close()
	}
	for _, c := range p.wiring.copies {
		c.hurry()
	}
	for _, c := range p.wiring.copies {
		if c.current.Wait(ctx) != nil {
			_ = c.file.Close()
			_ = c.current.Wait(free)
		}
		if p.failed == nil {
			p.failed = c.err
		}
	}
	p.exited.Set()
	for _, c := range p.wiring.copies {
		if c.over.Wait(ctx) != nil {
			_ = c.file.Close()
			_ = c.over.Wait(free)
		}
	}
}

// pause is how often a group is asked whether anything of it is left: nobody
// tells of the end of the children of others.
const pause = 5 * time.Millisecond

// endGroup ends what the process has left of its group.
func (p *Process) endGroup(ctx context.Context, grace time.Duration) {
	until := p.loop.Time() + grace
	if grace > 0 && p.signalGroup(syscall.SIGTERM) == nil {
		for p.child.groupLives() && p.loop.Time() < until {
			_ = async.Sleep(ctx, pause)
		}
	}
	_ = p.Kill()
}

// awaitedEnd is a process as what its watcher waits for.
type awaitedEnd struct{ process *Process }

// String names the process.
func (a awaitedEnd) String() string { return fmt.Sprintf("the end of process %d", a.process.Pid()) }
