package sched

import "os"

// OnSignal notes what is to be called for a signal; nil: nothing. That the
// signal comes to the loop is its caller's job.
func (l *Loop) OnSignal(sig os.Signal, fn func()) {
	if fn == nil {
		delete(l.onSignal, sig)
		return
	}
	if l.onSignal == nil {
		l.onSignal = make(map[os.Signal]func())
	}
	l.onSignal[sig] = fn
}

// Signal calls what OnSignal has noted, in its turn, as if the signal had come.
// It reports whether there is anything.
func (l *Loop) Signal(sig os.Signal) bool {
	fn := l.onSignal[sig]
	if fn != nil {
		l.CallSoon(fn)
	}
	return fn != nil
}
