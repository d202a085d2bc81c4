package explore

import "github.com/gobaton/async/internal/sched"

// A property is something about shared state that holds always, or at some
// time.
type property struct {
	name   string
	holds  func() bool
	always bool
	done   bool // failed, or seen to hold: there is no more to look at
}

// Always fails the test if holds returns false now, or whenever a task suspends
// or ends.
func (u *Tester) Always(name string, holds func() bool) {
	u.add(&property{name: name, holds: holds, always: true})
}

// Eventually fails the test if holds has not returned true until Conclude.
func (u *Tester) Eventually(name string, holds func() bool) {
	u.add(&property{name: name, holds: holds})
}

func (u *Tester) add(p *property) {
	u.properties = append(u.properties, p)
	if !u.watched {
		u.watched = true
		u.Loop.Observe(onlooker{tester: u})
	}
	u.look(p, nil)
}

// look looks at p, after a step of t.
func (u *Tester) look(p *property, t *sched.Task) {
	if p.done || p.holds() == p.always {
		return
	}
	p.done = true
	if p.always {
		u.broken = true
		u.t.Errorf("asynctest: not always: %s%s", p.name, lastStep(t))
	}
}

// passed looks at all properties: t has suspended, or ended.
func (u *Tester) passed(t *sched.Task) {
	for _, p := range u.properties {
		u.look(p, t)
	}
}

// lastStep says what t, if it is not nil, has just done.
func lastStep(t *sched.Task) string {
	switch {
	case t == nil:
		return ", from the beginning"
	case t.Settled():
		return ", after the end of " + t.Name()
	}
	return ", after " + t.Name() + " came to " + here()
}

// Conclude reports what has not come true: the test has ended.
func (u *Tester) Conclude() {
	for _, p := range u.properties {
		if !p.always && !p.done && !p.holds() {
			u.t.Errorf("asynctest: not once: %s", p.name)
		}
	}
	u.properties = nil
}

// onlooker looks whenever the baton passes.
type onlooker struct {
	sched.IgnoreEvents
	tester *Tester
}

// Suspended looks.
func (o onlooker) Suspended(t *sched.Task) { o.tester.passed(t) }

// Ended looks.
func (o onlooker) Ended(t *sched.Task) { o.tester.passed(t) }

// here returns the innermost call that is not this library's, as file.go:12.
func here() string { return sched.Position(sched.Caller(sched.Here())) }
