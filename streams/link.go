package streams

import (
	"errors"
	"fmt"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// link is what Reader and Writer have in common, and what is left of a
// connection that was abandoned: it refers to neither.
type link struct {
	loop     *async.Loop
	conn     Conn
	server   bool            // this side has accepted the connection
	events   Events          // called for what happens
	onRead   Turn            // when it is worthwhile to read
	readable *async.Notifier // wakes the task that reads; nil: no Reader is there
	flusher  *async.Callback // flushes when there is room
	ender    *async.Callback // reports that the connection has ended

	out     []byte // written and not taken by conn
	sent    int    // how much of out conn has taken
	high    int    // water marks
	low     int
	paused  bool             // over the high one, until at most the low one is left
	resumed primitives.Event // set while not paused
	pending bool             // something is to be flushed, which counts as a wait
	room    *async.Notifier  // of a SendFile; nil: none sends
	spent   int              // bytes written since a task last had to wait

	open       *openWriters // that the link is one of
	prev, next *link

	half       bool // WriteEOF was called
	halved     bool // and passed on
	closing    bool
	closed     bool             // conn is, or will be in the next turn
	unreported bool             // err is of this turn
	over       primitives.Event // set when that was reported
	err        error            // why nothing can be written any more
}

// The water marks, as asyncio's.
const (
	defaultHigh = 64 << 10
	defaultLow  = defaultHigh / 4
)

func newLink(loop *async.Loop, conn Conn, events Events) *link {
	l := &link{loop: loop, conn: conn, server: events.Accepted, events: events, high: defaultHigh, low: defaultLow}
	if events.Readable != nil {
		l.onRead = events.Readable
	} else {
		l.readable = loop.NewNotifier((*awaitedBytes)(l), conn.Outside())
		l.onRead = l.readable
	}
	l.flusher = loop.NewCallback(l.flush)
	l.ender = loop.NewCallback(l.reportEnd)
	l.resumed.Set()
	conn.Attach(l.onRead, l.flusher)
	return l
}

// reportEnd closes the connection that has ended, and reports it.
func (l *link) reportEnd() {
	if l.unreported = false; !l.closed {
		return // it can still be read
	}
	if err := l.conn.Close(); err != nil && l.err == nil && !errors.Is(err, errClosed) {
		l.err = err
	}
	l.over.Set()
	if l.events.Lost != nil {
		l.events.Lost(l.err)
	}
}

// awaitedBytes is a link as what its reader waits for.
type awaitedBytes link

// String says where the bytes come from.
func (a *awaitedBytes) String() string { return fmt.Sprintf("bytes from %v", a.conn.RemoteAddr()) }

// size returns how much was written and not sent.
func (l *link) size() int { return len(l.out) - l.sent + l.conn.Unsent() }

// mustNotSendFile panics where something would come in between.
func (l *link) mustNotSendFile() {
	if l.room != nil {
		panic("streams: a write while SendFile sends, which would come in between: await SendFile first")
	}
}

// mayWrite returns the error of a write at this time, if it has one.
func (l *link) mayWrite() error {
	switch {
	case l.half:
		return ErrHalfClosed
	case l.err != nil:
		return l.err
	case l.closing:
		return errClosed
	}
	return nil
}

// write sends what goes, and keeps the rest.
func (l *link) write(p []byte) error {
	l.mustNotSendFile()
	if err := l.mayWrite(); err != nil {
		return err
	}
	l.spent += len(p)
	if len(l.out) == 0 {
		n, err := l.conn.TryWrite(p)
		if err != nil && err != ErrNotReady {
			l.fail(err)
			return err
		}
		p = p[n:]
	}
	if l.out = append(l.out, p...); len(l.out) > 0 {
		l.pend()
	}
	l.pause()
	return nil
}

// pause notes that the high water mark was passed.
func (l *link) pause() {
	if !l.paused && l.size() > l.high {
		l.paused = true
		l.resumed.Clear()
		l.pend()
		call(l.events.Pause)
	}
}

// pend keeps the loop going until all is flushed.
func (l *link) pend() {
	if !l.pending {
		l.pending = true
		l.expect(1)
	}
}

// settle takes pend back.
func (l *link) settle() {
	if l.pending {
		l.pending = false
		l.expect(-1)
	}
}

func (l *link) expect(n int) {
	if l.conn.Outside() {
		l.loop.Expect(n)
	}
}

// flush sends what is left, and what follows when nothing is.
func (l *link) flush() {
	if l.room != nil {
		l.room.Enqueue()
	}
	if l.closed || l.err != nil {
		return
	}
	for l.sent < len(l.out) {
		n, err := l.conn.TryWrite(l.out[l.sent:])
		l.sent += n
		if err == ErrNotReady {
			break
		}
		if err != nil {
			l.fail(err)
			return
		}
	}
	if l.sent == len(l.out) {
		l.out, l.sent = nil, 0
	}
	if l.paused && l.size() <= l.low {
		l.resume()
		call(l.events.Resume)
	}
	if l.size() == 0 {
		l.settle()
		if l.finish() {
			l.reportEnd() // this is a turn of its own
		}
	}
}

func call(f func()) {
	if f != nil {
		f()
	}
}

func (l *link) resume() {
	l.paused = false
	l.resumed.Set()
}

// finish does what waits for everything to be sent. It reports whether that was
// the end of the connection, which was not reported yet.
func (l *link) finish() (ended bool) {
	if l.half && !l.halved && !l.closed {
		l.halved = true
		_ = l.conn.CloseWrite()
	}
	if !l.closing || l.closed {
		return false
	}
	if f, ok := l.conn.(finisher); ok && f.Finish() {
		l.pend()
		return false
	}
	return l.shut()
}

// finisher is a Conn that has a last word to say. Finish reports whether
// something is unsent since.
type finisher interface{ Finish() bool }

// close begins to close: when all is sent, the connection is closed.
func (l *link) close() {
	if l.closing {
		return
	}
	l.closing = true
	l.onRead.Enqueue()
	if l.size() > 0 && l.err == nil {
		l.pend()
		return
	}
	if l.finish() {
		l.ender.Enqueue()
	}
}

// end closes the connection, in the next turn: until then the other side hears
// nothing, as with asyncio.
func (l *link) end() {
	if l.shut() {
		l.ender.Enqueue()
	}
}

// shut notes that the connection has ended. It returns false if it had before.
func (l *link) shut() bool {
	if l.closed {
		return false
	}
	if !l.closing {
		l.onRead.Enqueue()
	}
	l.closing, l.closed = true, true
	l.settle()
	l.open.remove(l)
	l.out, l.sent = nil, 0
	l.resume()
	return true
}

// fail notes that nothing can be written any more: what is unsent is lost.
func (l *link) fail(err error) {
	if errors.Is(err, errClosed) {
		err = errClosed
	}
	l.err = err
	l.out, l.sent = nil, 0
	l.settle()
	l.resume()
	if l.closing || l.events.Lost != nil {
		l.end()
		return
	}
	l.unreported = true
	l.ender.Enqueue()
}
