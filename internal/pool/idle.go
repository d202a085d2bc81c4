package pool

import (
	"slices"
	"time"
)

// idleTime is how long a worker is idle, at least, before it is ended, and half
// of how long at most.
const idleTime = 10 * time.Second

// keep puts w aside as the one worker that stays, if there is none. A loop's
// own pool has it, which the loop is sure to end: so one function after the
// other finds its worker without a lock, and no timer ticks, with which each
// switch of goroutines would have to read the clock.
func (p *Pool) keep(w *worker) bool { return p.keeps && p.kept.CompareAndSwap(nil, w) }

// tidyLater ends idle workers after a while. One timer serves them all: one for
// each wait would cost more than the wait.
func (p *Pool) tidyLater() {
	if p.tidies || len(p.idle) == 0 || p.done != nil {
		return
	}
	p.tidies, p.spare = true, len(p.idle)
	if p.tidying == nil {
		p.tidying = time.AfterFunc(idleTime, p.tidy)
	} else {
		p.tidying.Reset(idleTime)
	}
}

// tidy ends the workers that have been idle since it was last called.
func (p *Pool) tidy() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dismiss(p.spare)
	p.tidies = false
	p.tidyLater()
}

// dismiss ends the n workers that have been idle longest.
func (p *Pool) dismiss(n int) {
	for _, w := range p.idle[:n] {
		close(w.jobs)
	}
	p.idle = slices.Delete(p.idle, 0, n)
}
