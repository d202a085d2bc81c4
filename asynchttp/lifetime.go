package asynchttp

import (
	"context"
	"sync"
	"time"
)

// A lifetime is the context of a request: it has the values of another, and
// ends when end is called. It is what a context of package context would be
// that nothing cancels but that, and costs half: net/http derives one of its
// own for each attempt, which asks this one for AfterFunc.
type lifetime struct {
	values context.Context // never done

	mu    sync.Mutex
	done  chan struct{} // made when somebody asks
	err   error
	first afterEnd // of what is to be called, which mostly is one function
	more  []*afterEnd
}

// afterEnd is a function that is called with the end of a lifetime; nil: it is
// not, any more.
type afterEnd struct {
	of *lifetime
	f  func()
}

// Deadline returns that there is none.
func (l *lifetime) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value returns a value of the other context.
func (l *lifetime) Value(key any) any { return l.values.Value(key) }

// Done returns a channel that is closed with the end.
func (l *lifetime) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == nil {
		l.done = make(chan struct{})
		if l.err != nil {
			close(l.done)
		}
	}
	return l.done
}

// Err returns nil before the end, and context.Canceled after it.
func (l *lifetime) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// AfterFunc lets package context learn of the end without a goroutine.
func (l *lifetime) AfterFunc(f func()) (stop func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		go f()
		return func() bool { return false }
	}
	a := &l.first
	if a.f != nil {
		a = new(afterEnd)
		l.more = append(l.more, a)
	}
	a.of, a.f = l, f
	return a.stop
}

// stop takes the function back.
func (a *afterEnd) stop() bool {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	waits := a.f != nil
	a.f = nil
	return waits
}

// end ends the context, and with it the request.
func (l *lifetime) end() {
	l.mu.Lock()
	if l.err != nil {
		l.mu.Unlock()
		return
	}
	l.err = context.Canceled
	if l.done != nil {
		close(l.done)
	}
	var calls []func()
	for _, a := range append(l.more, &l.first) {
		if a.f != nil {
			calls = append(calls, a.f)
			a.f = nil
		}
	}
	l.mu.Unlock()
	for _, f := range calls {
		f()
	}
}
