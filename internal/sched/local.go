package sched

import "io"

// local is what somebody keeps for a loop.
type local struct {
	key   any
	value io.Closer
}

// Local returns what is kept for the loop under key, made with newValue when it
// is first asked for. Close closes it, in the order they were made, when
// nothing runs any more.
func (l *Loop) Local(key any, newValue func() io.Closer) io.Closer {
	for _, kept := range l.locals { // few
		if kept.key == key {
			return kept.value
		}
	}
	l.mustBeOpen()
	value := newValue()
	l.locals = append(l.locals, local{key, value})
	return value
}

// closeLocals closes what is kept for the loop.
func (l *Loop) closeLocals() {
	for _, kept := range l.locals {
		_ = kept.value.Close()
	}
}
