package streams

import (
	"errors"
	"io"
	"runtime"

	"github.com/gobaton/async"
)

// openWriters are those of a loop that were not closed, in the order they were
// made. It has their links, which do not keep a Writer from being collected.
type openWriters struct {
	loop        *async.Loop
	first, last *link
}

type openWritersKey struct{}

// watch tells of a Writer that is forgotten. In virtual time, chance would
// decide when the collector finds it.
func watch(w *Writer) {
	l := w.link
	open := l.loop.Local(openWritersKey{}, func() io.Closer { return &openWriters{loop: l.loop} }).(*openWriters)
	open.add(l)
	if l.loop.Virtual() {
		return
	}
	forgotten := l.loop.NewCallback(func() {
		if !l.closing {
			open.tell(l)
			l.end()
		}
	})
	runtime.AddCleanup(w, func(c *async.Callback) { c.Notify() }, forgotten)
}

func (o *openWriters) add(l *link) {
	l.open, l.prev = o, o.last
	if o.last == nil {
		o.first = l
	} else {
		o.last.next = l
	}
	o.last = l
}

// remove takes a link off the list, if it is on one.
func (o *openWriters) remove(l *link) {
	if o == nil || l.open == nil {
		return
	}
	if l.prev == nil {
		o.first = l.next
	} else {
		l.prev.next = l.next
	}
	if l.next == nil {
		o.last = l.prev
	} else {
		l.next.prev = l.prev
	}
	l.open, l.prev, l.next = nil, nil, nil
}

// Close tells of what is left when the loop has ended.
func (o *openWriters) Close() error {
	for l := o.first; l != nil; l = l.next {
		if !l.closing {
			o.tell(l)
		}
	}
	return nil
}

var errAbandoned = errors.New("abandoned")

// tell tells that a Writer was not closed.
func (o *openWriters) tell(l *link) {
	o.loop.Report(async.ErrorEvent{
		Message: "a connection was never closed: Close its Writer",
		Err:     opError("close", l.conn.LocalAddr(), l.conn.RemoteAddr(), "", errAbandoned),
	})
}
