package netpoll

import (
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A Poller is an epoll instance.
type Poller struct {
	watchers watchers
	events   [128]unix.EpollEvent
	n        int // of events
	epoll    int
	wake     int // an eventfd, registered edge-triggered: each write to it is an event, and it is never read

	sharing     atomic.Bool // Poll waits in Go's own poller
	file        *os.File    // the epoll descriptor there
	raw         syscall.RawConn
	take        func(fd uintptr) bool
	deadline    bool // file has one
	interrupted atomic.Bool

	mu     sync.Mutex // keeps Interrupt from a descriptor that Close has closed, and another file may have by now
	closed bool
}

// New makes a poller.
func New() (*Poller, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, os.NewSyscallError("epoll_create1", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC)
	if err != nil {
		_ = unix.Close(epoll)
		return nil, os.NewSyscallError("eventfd", err)
	}
	p := &Poller{epoll: epoll, wake: wake}
	p.take = func(uintptr) bool { return p.wait(0) || p.interrupted.Load() }
	if err := p.control(unix.EPOLL_CTL_ADD, wake, unix.EPOLLIN|unix.EPOLLET); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

func (p *Poller) control(op, fd int, events uint32) error {
	err := unix.EpollCtl(p.epoll, op, fd, &unix.EpollEvent{Events: events, Fd: int32(fd)})
	return os.NewSyscallError("epoll_ctl", err)
}

// Add tells w, once for each time that it happens, that fd has become readable
// or writable, until Remove.
func (p *Poller) Add(fd int, w Watcher) error {
	p.watchers.set(fd, w)
	err := p.control(unix.EPOLL_CTL_ADD, fd, unix.EPOLLIN|unix.EPOLLOUT|unix.EPOLLRDHUP|unix.EPOLLET)
	if err != nil {
		p.watchers.set(fd, nil)
	}
	return err
}

// Set tells w of the events e of fd for as long as they last; with no events it
// is Remove.
func (p *Poller) Set(fd int, w Watcher, e Event) error {
	if e == 0 {
		p.Remove(fd)
		return nil
	}
	op := unix.EPOLL_CTL_MOD
	if p.watchers.get(fd) == nil {
		op = unix.EPOLL_CTL_ADD
	}
	var events uint32
	if e&Readable != 0 {
		events |= unix.EPOLLIN
	}
	if e&Writable != 0 {
		events |= unix.EPOLLOUT
	}
	if err := p.control(op, fd, events); err != nil {
		return err
	}
	p.watchers.set(fd, w)
	return nil
}

// Remove ends the watch over fd, which may be closed already.
func (p *Poller) Remove(fd int) {
	if p.watchers.get(fd) == nil {
		return
	}
	p.watchers.set(fd, nil)
	_ = p.control(unix.EPOLL_CTL_DEL, fd, 0)
}

// Poll tells the watchers of what has happened. It waits for that: not at all
// if wait is 0, without end if wait is negative. With share, and from then on,
// it waits in Go's own poller, which costs more, but leaves the processor to
// other goroutines.
func (p *Poller) Poll(wait time.Duration, share bool) {
	switch {
	case wait == 0 || p.interrupted.Swap(false):
		p.wait(0)
	case (share || p.sharing.Load()) && p.shares(): // Interrupt knows one way only
		p.waitShared(wait)
	default:
		p.wait(wait)
		p.interrupted.Store(false)
	}
	for i := range p.n {
		e := &p.events[i]
		p.watchers.notify(int(e.Fd), eventOf(e.Events))
	}
	p.n = 0
}

func eventOf(events uint32) (e Event) {
	if events&(unix.EPOLLIN|unix.EPOLLPRI) != 0 {
		e |= Readable
	}
	if events&unix.EPOLLOUT != 0 {
		e |= Writable
	}
	if events&(unix.EPOLLRDHUP|unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		e |= Readable | HangUp
	}
	if events&(unix.EPOLLHUP|unix.EPOLLERR) != 0 {
		e |= Writable
	}
	return e
}

// timespec is the kernel's __kernel_timespec, the same on all architectures.
type timespec struct{ sec, nsec int64 }

// wait takes the events there are, and reports whether there are any.
func (p *Poller) wait(wait time.Duration) bool {
	events := unsafe.Pointer(&p.events[0])
	if wait == 0 { // what does not wait need not tell the Go scheduler
		n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.epoll), uintptr(events), uintptr(len(p.events)), 0, 0, 0)
		return p.took(n, errno)
	}
	var limit *timespec
	if wait > 0 {
		limit = &timespec{int64(wait / time.Second), int64(wait % time.Second)}
	}
	n, _, errno := syscall.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.epoll), uintptr(events), uintptr(len(p.events)), uintptr(unsafe.Pointer(limit)), 0, 0)
	if errno == unix.ENOSYS || errno == unix.EPERM { // older than Linux 5.11, or a sandbox that is
		n, _, errno = syscall.Syscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.epoll), uintptr(events), uintptr(len(p.events)), milliseconds(wait), 0, 0)
	}
	return p.took(n, errno)
}

// milliseconds does what wait does, rounded up.
func milliseconds(wait time.Duration) uintptr {
	if wait < 0 {
		return ^uintptr(0)
	}
	return uintptr(min((wait+time.Millisecond-1)/time.Millisecond, 1<<31-1))
}

func (p *Poller) took(n uintptr, errno syscall.Errno) bool {
	p.n = 0
	if errno == 0 {
		p.n = int(n)
	}
	return p.n > 0
}

// shares makes Poll wait in Go's poller from now on. It returns false if that
// does not take the epoll descriptor.
func (p *Poller) shares() bool {
	if p.file != nil {
		return p.raw != nil
	}
	_ = unix.SetNonblock(p.epoll, true)
	file := os.NewFile(uintptr(p.epoll), "epoll")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.file = file
	if file.SetReadDeadline(time.Time{}) != nil {
		return false
	}
	p.raw, _ = file.SyscallConn()
	p.sharing.Store(p.raw != nil)
	return p.raw != nil
}

// waitShared waits in Go's poller.
func (p *Poller) waitShared(wait time.Duration) {
	if wait > 0 {
		_ = p.file.SetReadDeadline(time.Now().Add(wait))
		p.deadline = true
	} else if p.deadline {
		_ = p.file.SetReadDeadline(time.Time{})
		p.deadline = false
	}
	// An Interrupt that came before has had its deadline replaced; take
	// looks for it. One that comes from now on ends the read.
	if p.raw.Read(p.take) != nil {
		p.deadline = true
		p.n = 0
	}
	p.interrupted.Store(false)
}

var past = time.Unix(1, 0)

// Interrupt ends a Poll that waits, or the next one.
func (p *Poller) Interrupt() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.interrupted.Store(true)
	if p.sharing.Load() {
		_ = p.file.SetReadDeadline(past)
		return
	}
	one := [8]byte{1}
	_, _ = unix.Write(p.wake, one[:])
}

// Close ends the poller.
func (p *Poller) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	p.closed = true
	_ = unix.Close(p.wake)
	if p.file != nil {
		_ = p.file.Close()
	} else {
		_ = unix.Close(p.epoll)
	}
}
