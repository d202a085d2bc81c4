package streams

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/gobaton/async"
)

// NetConn makes a net.Conn of a stream, for goroutines that are not the loop's
// tasks, and for functions off the loop. Reader and Writer belong to it from
// then on. In a task its methods would block the loop. It keeps the loop from
// ending until it is closed.
//
// Its Write returns when all was sent. It panics where the loop's time is
// virtual, as deadlines are by the machine's clock.
func NetConn(loop *async.Loop, r *Reader, w *Writer) net.Conn {
	if loop.Virtual() {
		panic("streams: NetConn in a loop whose time is virtual: deadlines of package net are by the machine's clock; use the Reader and the Writer in tasks")
	}
	c := &netConn{portal: loop.Portal(), r: r, w: w}
	c.reads.init()
	c.writes.init()
	return c
}

// netConn submits what it is asked for to the loop.
type netConn struct {
	portal    *async.Portal
	r         *Reader
	w         *Writer
	readLock  sync.Mutex // one reader at a time
	writeLock sync.Mutex
	reads     deadline
	writes    deadline
}

// Read implements net.Conn.
func (c *netConn) Read(p []byte) (int, error) {
	c.readLock.Lock()
	defer c.readLock.Unlock()
	return c.do(&c.reads, func(ctx context.Context) (int, error) { return c.r.Read(ctx, p) })
}

// Write implements net.Conn.
func (c *netConn) Write(p []byte) (int, error) {
	c.writeLock.Lock()
	defer c.writeLock.Unlock()
	return c.do(&c.writes, func(ctx context.Context) (int, error) { return c.w.writeThrough(ctx, p) })
}

// do runs op as a task, until a deadline. It returns when op has.
func (c *netConn) do(d *deadline, op func(ctx context.Context) (int, error)) (n int, err error) {
	passed := d.channel()
	select {
	case <-passed:
		return 0, os.ErrDeadlineExceeded
	default:
	}
	task := async.Submit(c.portal, func(ctx context.Context) (_ async.Void, err error) {
		n, err = op(ctx)
		return async.Void{}, err
	})
	select {
	case <-task.Done():
	case <-passed:
		task.Cancel()
	}
	_, err = task.Wait(context.Background())
	switch {
	case async.IsCanceled(err) && n == 0, async.IsCanceled(err) && d == &c.writes:
		err = os.ErrDeadlineExceeded
	case async.IsCanceled(err):
		err = nil
	case errors.Is(err, async.ErrClosed):
		err = net.ErrClosed
	}
	return n, err
}

// writeThrough writes p and suspends until it is sent. If ctx is canceled
// first, it takes back what has not gone and returns how much has.
func (w *Writer) writeThrough(ctx context.Context, p []byte) (int, error) {
	if _, err := w.Write(p); err != nil {
		return 0, err
	}
	err := w.sendAll(ctx)
	if err == nil {
		return len(p), nil
	}
	l := w.link
	back := min(len(p), len(l.out)-l.sent)
	l.out = l.out[:len(l.out)-back]
	return len(p) - back, err
}

// Close implements net.Conn. Reads and writes that wait get an error.
func (c *netConn) Close() error {
	task := async.Submit(c.portal, func(context.Context) (_ async.Void, err error) {
		c.w.Abort()
		return async.Void{}, nil
	})
	_, err := task.Wait(context.Background())
	if err != nil || c.portal.Close() != nil {
		return net.ErrClosed
	}
	return nil
}

// LocalAddr implements net.Conn.
func (c *netConn) LocalAddr() net.Addr { return c.w.LocalAddr() }

// RemoteAddr implements net.Conn.
func (c *netConn) RemoteAddr() net.Addr { return c.w.RemoteAddr() }

// SetDeadline implements net.Conn.
func (c *netConn) SetDeadline(t time.Time) error {
	c.reads.set(t)
	c.writes.set(t)
	return nil
}

// SetReadDeadline implements net.Conn.
func (c *netConn) SetReadDeadline(t time.Time) error { c.reads.set(t); return nil }

// SetWriteDeadline implements net.Conn.
func (c *netConn) SetWriteDeadline(t time.Time) error { c.writes.set(t); return nil }

// deadline is a time that can be moved while somebody waits for it.
type deadline struct {
	mu     sync.Mutex
	timer  *time.Timer
	passed chan struct{} // closed when the time has come
}

func (d *deadline) init() { d.passed = make(chan struct{}) }

// channel returns a channel that is closed when the time has come. Where it is
// moved after that, there is another.
func (d *deadline) channel() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.passed
}

func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	select {
	case <-d.passed:
		d.init()
	default:
	}
	switch left := time.Until(t); {
	case t.IsZero():
	case left <= 0:
		close(d.passed)
	default:
		passed := d.passed
		var timer *time.Timer
		timer = time.AfterFunc(left, func() { d.expire(&timer, passed) })
		d.timer = timer
	}
}

// expire closes passed, unless the time was moved meanwhile.
func (d *deadline) expire(timer **time.Timer, passed chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer == *timer {
		d.timer = nil
		close(passed)
	}
}
