package asynctest

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Always fails the test if holds returns false now, or at any time when the baton passes while the test runs: whenever a
// task suspends or ends. what names the property in the report. holds must not suspend, and Always never does.
//
// It is for tasks of [Run] and [Explore], and panics elsewhere.
func Always(ctx context.Context, what string, holds func() bool) {
	labOf(ctx, "Always").add(&promise{what: what, holds: holds, always: true})
}

// Eventually fails the test if holds has not returned true by the time the test ends, at any of the moments at which
// [Always] looks. It never suspends.
//
// It is for tasks of [Run] and [Explore], and panics elsewhere.
func Eventually(ctx context.Context, what string, holds func() bool) {
	labOf(ctx, "Eventually").add(&promise{what: what, holds: holds})
}

// A promise is something about shared state that holds always, or at some time.
type promise struct {
	what   string
	holds  func() bool
	always bool
	done   bool // broken, or kept: there is no more to look at
}

func (l *lab) add(p *promise) {
	l.promises = append(l.promises, p)
	if !l.watched {
		l.watched = true
		l.loop.Observe(onlooker{lab: l})
	}
	l.look(p, nil)
}

// look looks at p, after a step of t.
func (l *lab) look(p *promise, t *sched.Task) {
	if p.done || p.holds() == p.always {
		return
	}
	p.done = true
	if p.always {
		l.broken = true
		l.t.Errorf("asynctest: not always: %s%s", p.what, lastOf(t))
	}
}

// passed looks at all promises: t has suspended, or ended.
func (l *lab) passed(t *sched.Task) {
	for _, p := range l.promises {
		l.look(p, t)
	}
}

// lastOf says what t, if it is not nil, has just done.
func lastOf(t *sched.Task) string {
	switch {
	case t == nil:
		return ", from the beginning"
	case t.Settled():
		return ", after the end of " + t.Name()
	}
	return ", after " + t.Name() + " came to " + here()
}

// conclude tells what has not come true: the test has ended.
func (l *lab) conclude() {
	for _, p := range l.promises {
		if !p.always && !p.done && !p.holds() {
			l.t.Errorf("asynctest: not once: %s", p.what)
		}
	}
	l.promises = nil
}

// onlooker looks whenever the baton passes.
type onlooker struct {
	ignore
	lab *lab
}

// Suspended looks.
func (o onlooker) Suspended(t *sched.Task) { o.lab.passed(t) }

// Ended looks.
func (o onlooker) Ended(t *sched.Task) { o.lab.passed(t) }

// here is the innermost call that is not this library's, as file.go:12.
func here() string { return sched.Position(sched.Caller(sched.Here())) }
