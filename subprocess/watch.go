package subprocess

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
)

// watch runs a process as a task: it starts the process, waits for its end, and
// ends it where it is canceled itself, which at the latest is at the end of the
// loop.
func (p *Process) watch(ctx context.Context, started *async.Future[async.Void]) {
	free := context.WithoutCancel(ctx)
	ended := p.loop.NewNotifier(awaitedEnd{p}, true)
	reap, err := p.launch(free, ended)
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
	p.state, p.failed = reap()
	if p.options.Group {
		p.empty = !groupLives(p.Pid())
	}
	p.finish(ctx, free)
}

// launch starts the process off the loop, and connects it.
func (p *Process) launch(ctx context.Context, ended *async.Notifier) (exitWatch, error) {
	err := async.ToThread(ctx, func(context.Context) error { return p.cmd.Start() })
	if err != nil {
		p.wiring.close()
		return nil, err
	}
	p.wiring.closeTheirs()
	reap := watchExit(p.loop, p.cmd.Process, ended)
	if err := p.connect(); err != nil {
		_ = p.cmd.Process.Kill()
		_ = ended.Wait(ctx)
		_, _ = reap()
		p.wiring.close()
		return nil, err
	}
	return reap, nil
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
	if grace > 0 && p.signalGroup(terminate) == nil {
		for groupLives(p.Pid()) && p.loop.Time() < until {
			_ = async.Sleep(ctx, pause)
		}
	}
	_ = p.Kill()
}

// awaitedEnd is a process as what its watcher waits for.
type awaitedEnd struct{ process *Process }

// String names the process.
func (a awaitedEnd) String() string { return fmt.Sprintf("the end of process %d", a.process.Pid()) }
