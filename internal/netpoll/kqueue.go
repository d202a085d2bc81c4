//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package netpoll

import (
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// A Poller is a kqueue.
type Poller struct {
	watchers watchers
	asked    map[int]Event // what Set has asked for
	events   [128]unix.Kevent_t
	kqueue   int
	wake     [2]int // a pipe whose end that is read is watched

	mu     sync.Mutex // keeps Interrupt from a descriptor that Close has closed, and another file may have by now
	closed bool
}

// New makes a poller.
func New() (*Poller, error) {
	kqueue, err := unix.Kqueue()
	if err != nil {
		return nil, os.NewSyscallError("kqueue", err)
	}
	unix.CloseOnExec(kqueue)
	p := &Poller{kqueue: kqueue, asked: map[int]Event{}}
	if err := unix.Pipe(p.wake[:]); err != nil {
		_ = unix.Close(kqueue)
		return nil, os.NewSyscallError("pipe", err)
	}
	for _, fd := range p.wake {
		unix.CloseOnExec(fd)
		_ = unix.SetNonblock(fd, true)
	}
	if err := p.control(p.wake[0], unix.EVFILT_READ, unix.EV_ADD|unix.EV_CLEAR); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Poller) control(fd, filter, flags int) error {
	var change [1]unix.Kevent_t
	unix.SetKevent(&change[0], fd, filter, flags)
	_, err := unix.Kevent(p.kqueue, change[:], nil, nil)
	return os.NewSyscallError("kevent", err)
}

// Add tells w, once for each time that it happens, that fd has become readable
// or writable, until Remove.
func (p *Poller) Add(fd int, w Watcher) error {
	p.watchers.set(fd, w)
	err := p.control(fd, unix.EVFILT_READ, unix.EV_ADD|unix.EV_CLEAR)
	if err == nil {
		err = p.control(fd, unix.EVFILT_WRITE, unix.EV_ADD|unix.EV_CLEAR)
	}
	if err != nil {
		p.Remove(fd)
	}
	return err
}

// Set tells w of the events e of fd for as long as they last; with no events it
// is Remove.
func (p *Poller) Set(fd int, w Watcher, e Event) error {
	had := p.asked[fd]
	for event, filter := range map[Event]int{Readable: unix.EVFILT_READ, Writable: unix.EVFILT_WRITE} {
		var err error
		switch {
		case e&event != 0 && had&event == 0:
			err = p.control(fd, filter, unix.EV_ADD)
		case e&event == 0 && had&event != 0:
			err = p.control(fd, filter, unix.EV_DELETE)
		}
		if err != nil {
			return err
		}
	}
	if e == 0 {
		delete(p.asked, fd)
		p.watchers.set(fd, nil)
		return nil
	}
	p.asked[fd] = e
	p.watchers.set(fd, w)
	return nil
}

// Remove ends the watch over fd, which may be closed already.
func (p *Poller) Remove(fd int) {
	if p.watchers.get(fd) == nil {
		return
	}
	p.watchers.set(fd, nil)
	delete(p.asked, fd)
	_ = p.control(fd, unix.EVFILT_READ, unix.EV_DELETE)
	_ = p.control(fd, unix.EVFILT_WRITE, unix.EV_DELETE)
}

// Poll tells the watchers of what has happened. It waits for that: not at all
// if wait is 0, without end if wait is negative.
func (p *Poller) Poll(wait time.Duration, _ bool) {
	var limit *unix.Timespec
	if wait >= 0 {
		t := unix.NsecToTimespec(int64(wait))
		limit = &t
	}
	n, err := unix.Kevent(p.kqueue, nil, p.events[:], limit)
	if err != nil {
		return
	}
	for i := range n {
		k := &p.events[i]
		if fd := int(k.Ident); fd == p.wake[0] {
			p.drain()
		} else {
			p.watchers.notify(fd, eventOf(k))
		}
	}
}

func eventOf(k *unix.Kevent_t) Event {
	e := Readable
	if int(k.Filter) == unix.EVFILT_WRITE {
		e = Writable
	}
	if k.Flags&(unix.EV_EOF|unix.EV_ERROR) != 0 {
		e |= HangUp | Readable
	}
	return e
}

// drain empties the pipe of Interrupt.
func (p *Poller) drain() {
	var some [64]byte
	for {
		if n, err := Read(p.wake[0], some[:]); n < len(some) || err != nil {
			return
		}
	}
}

// Interrupt ends a Poll that waits, or the next one.
func (p *Poller) Interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		_, _ = unix.Write(p.wake[1], []byte{1})
	}
}

// Close ends the poller.
func (p *Poller) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	_ = unix.Close(p.wake[0])
	_ = unix.Close(p.wake[1])
	_ = unix.Close(p.kqueue)
}
