//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package streams

import (
	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/netpoll"
)

// watched is a descriptor of others that callbacks watch.
type watched struct {
	onRead  *async.Callback
	onWrite *async.Callback
}

// Ready implements netpoll.Watcher.
func (w *watched) Ready(e netpoll.Event) {
	if e&netpoll.Readable != 0 && w.onRead != nil {
		w.onRead.Enqueue()
	}
	if e&netpoll.Writable != 0 && w.onWrite != nil {
		w.onWrite.Enqueue()
	}
}

// events returns those that callbacks wait for.
func (w *watched) events() (e netpoll.Event) {
	if w.onRead != nil {
		e |= netpoll.Readable
	}
	if w.onWrite != nil {
		e |= netpoll.Writable
	}
	return e
}

// AddReader lets fn be called, in its turn, whenever the descriptor can be read
// from without waiting, until RemoveReader; asyncio's add_reader. It takes the
// place of an earlier reader. The loop goes on while there are readers and
// writers. The descriptor is one of a socket, a pipe or a terminal; close it
// only after RemoveReader.
func AddReader(loop *async.Loop, fd uintptr, fn func()) error {
	return watchFD(loop, int(fd), func(w *watched) { w.onRead = loop.NewCallback(fn) })
}

// AddWriter does what AddReader does, for when it can be written to; asyncio's
// add_writer.
func AddWriter(loop *async.Loop, fd uintptr, fn func()) error {
	return watchFD(loop, int(fd), func(w *watched) { w.onWrite = loop.NewCallback(fn) })
}

// RemoveReader ends AddReader; asyncio's remove_reader. It reports whether
// there was a reader.
func RemoveReader(loop *async.Loop, fd uintptr) bool {
	had := false
	_ = watchFD(loop, int(fd), func(w *watched) { had, w.onRead = w.onRead != nil, nil })
	return had
}

// RemoveWriter ends AddWriter; asyncio's remove_writer. It reports whether
// there was a writer.
func RemoveWriter(loop *async.Loop, fd uintptr) bool {
	had := false
	_ = watchFD(loop, int(fd), func(w *watched) { had, w.onWrite = w.onWrite != nil, nil })
	return had
}

// watchFD changes what is watched of one descriptor.
func watchFD(loop *async.Loop, fd int, change func(w *watched)) error {
	mustBeReal()
	h, err := hubIn(loop)
	if err != nil {
		return err
	}
	w := h.watched[fd]
	if w == nil {
		w = new(watched)
	}
	before := *w
	change(w)
	if err := h.poller.Set(fd, w, w.events()); err != nil {
		*w = before
		return err
	}
	if delete(h.watched, fd); w.events() != 0 {
		h.watched[fd] = w
	}
	loop.Expect(w.count() - before.count())
	return nil
}

func (w *watched) count() (n int) {
	if w.onRead != nil {
		n++
	}
	if w.onWrite != nil {
		n++
	}
	return n
}
