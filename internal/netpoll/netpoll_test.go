//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package netpoll_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/sys/unix"

	"github.com/gobaton/async/internal/netpoll"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// heard are the events that a watcher was told of.
type heard []netpoll.Event

func (h *heard) Ready(e netpoll.Event) { *h = append(*h, e) }

func (h *heard) take() (e netpoll.Event) {
	for _, x := range *h {
		e |= x
	}
	*h = nil
	return e
}

// pair is two connected sockets that never wait.
func pair(t *testing.T) (a, b int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	require.NoError(t, err)
	for _, fd := range fds {
		require.NoError(t, unix.SetNonblock(fd, true))
		t.Cleanup(func() { _ = unix.Close(fd) })
	}
	return fds[0], fds[1]
}

func newPoller(t *testing.T) *netpoll.Poller {
	t.Helper()
	p, err := netpoll.New()
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

// ways are the ways to wait.
var ways = map[string]bool{"direct": false, "shared": true}

func inBothWays(t *testing.T, f func(t *testing.T, share bool)) {
	for name, share := range ways {
		t.Run(name, func(t *testing.T) { f(t, share) })
	}
}

func TestAWatcherIsToldOnceForEachTimeBytesCome(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p, h := newPoller(t), new(heard)
		a, b := pair(t)
		require.NoError(t, p.Add(a, h))
		p.Poll(0, share)
		require.Equal(t, netpoll.Writable, h.take(), "an empty socket takes bytes")
		for range 3 {
			n, err := netpoll.Write(b, []byte("hello"))
			require.NoError(t, err)
			require.Equal(t, 5, n)
			p.Poll(time.Minute, share)
			require.NotZero(t, h.take()&netpoll.Readable)
			p.Poll(0, share)
			require.Zero(t, h.take(), "though nothing was read")
		}
	})
}

func TestDataAndHangUpComeInOneEvent(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p, h := newPoller(t), new(heard)
		a, b := pair(t)
		require.NoError(t, p.Add(a, h))
		_, err := netpoll.Write(b, []byte("bye"))
		require.NoError(t, err)
		require.NoError(t, unix.Shutdown(b, unix.SHUT_WR))
		p.Poll(-1, share)
		require.Equal(t, netpoll.Readable|netpoll.HangUp, h.take()&^netpoll.Writable)
	})
}

func TestLevelsLastAndCanBeChanged(t *testing.T) {
	p, h := newPoller(t), new(heard)
	a, b := pair(t)
	require.NoError(t, p.Set(a, h, netpoll.Writable))
	for range 2 {
		p.Poll(0, false)
		require.Equal(t, netpoll.Writable, h.take())
	}
	require.NoError(t, p.Set(a, h, netpoll.Readable))
	p.Poll(0, false)
	require.Zero(t, h.take())
	_, err := netpoll.Write(b, []byte("x"))
	require.NoError(t, err)
	for range 2 {
		p.Poll(0, false)
		require.Equal(t, netpoll.Readable, h.take())
	}
	require.NoError(t, p.Set(a, h, 0))
	p.Poll(0, false)
	require.Zero(t, h.take())
	require.NoError(t, p.Add(a, h), "it can be watched in the other way now")
}

func TestWhatWasRemovedIsNotToldOf(t *testing.T) {
	p, h := newPoller(t), new(heard)
	a, _ := pair(t)
	require.NoError(t, p.Add(a, h))
	p.Remove(a)
	p.Remove(a)
	p.Poll(0, false)
	require.Zero(t, h.take())
}

func TestAPollEndsWhenItsTimeHasCome(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p := newPoller(t)
		for range 3 {
			began := time.Now()
			p.Poll(3*time.Millisecond, share)
			require.GreaterOrEqual(t, time.Since(began), 3*time.Millisecond)
		}
	})
}

func TestAnInterruptEndsThePollOfNowOrTheNext(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p := newPoller(t)
		for range 200 {
			var other sync.WaitGroup
			other.Go(p.Interrupt)
			p.Poll(-1, share)
			other.Wait()
			p.Interrupt()
			p.Poll(time.Minute, share)
		}
	})
}

func TestAnInterruptLeavesNothingBehindThatKeepsPollFromWaiting(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p := newPoller(t)
		p.Poll(time.Microsecond, share)
		p.Interrupt()
		for range 3 { // it may be told in more than one way
			p.Poll(time.Microsecond, share)
		}
		began := time.Now()
		p.Poll(2*time.Millisecond, share)
		require.GreaterOrEqual(t, time.Since(began), 2*time.Millisecond)
	})
}

func TestAPollThatSharedIsInterruptedWhenItSharesNoMore(t *testing.T) {
	p := newPoller(t)
	p.Poll(time.Microsecond, true)
	for range 2000 { // now and then it comes when Poll waits
		var other sync.WaitGroup
		other.Go(p.Interrupt)
		p.Poll(-1, false)
		other.Wait()
	}
}

func TestAnInterruptAfterCloseTouchesNoDescriptor(t *testing.T) {
	inBothWays(t, func(t *testing.T, share bool) {
		p, err := netpoll.New()
		require.NoError(t, err)
		p.Poll(time.Microsecond, share)
		var others sync.WaitGroup
		for range 4 {
			others.Go(func() {
				for range 100 {
					p.Interrupt()
				}
			})
		}
		p.Close()
		others.Wait()
		p.Close()
		a, b := pair(t) // may have the descriptors that the poller had
		p.Interrupt()
		var some [8]byte
		for _, fd := range []int{a, b} {
			_, err := netpoll.Read(fd, some[:])
			require.ErrorIs(t, err, unix.EAGAIN)
		}
	})
}

func TestReadsAndWritesNeverWait(t *testing.T) {
	a, b := pair(t)
	var buf [100_000]byte
	_, err := netpoll.Read(a, buf[:])
	require.ErrorIs(t, err, unix.EAGAIN)
	written := 0
	for {
		n, err := netpoll.Write(b, buf[:])
		written += n
		if err != nil {
			require.ErrorIs(t, err, unix.EAGAIN)
			break
		}
	}
	read := 0
	for {
		n, err := netpoll.Read(a, buf[:])
		read += n
		if err != nil {
			require.ErrorIs(t, err, unix.EAGAIN)
			break
		}
	}
	require.Equal(t, written, read)
	n, err := netpoll.Read(a, nil)
	require.NoError(t, err)
	require.Zero(t, n)
}

func TestAWaiterIsInterrupted(t *testing.T) {
	w := netpoll.NewWaiter()
	w.Interrupt()
	w.Interrupt()
	w.Poll(-1, false)
	w.Poll(0, false)
	w.Poll(time.Microsecond, true)
	w.Interrupt()
	w.Poll(time.Hour, false)
	w.Close()
}
