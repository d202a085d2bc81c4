package files_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/files"
)

// memory is a file system of one file, which counts what is open. It is used
// off the loop.
type memory struct {
	mu     sync.Mutex
	t      testing.TB
	data   []byte
	writes []string
	open   int
	opened int
	broken error // of the next write
}

// memoryFile is the file, opened.
type memoryFile struct {
	*memory
	at     int
	closed bool
	inside bool
}

// newMemory returns a file system of which nothing is open when the loop of t
// has ended.
func newMemory(t testing.TB, data string) *memory {
	m := &memory{t: t, data: []byte(data)}
	t.Cleanup(func() {
		if m.open != 0 {
			t.Errorf("%d files are open of %d", m.open, m.opened)
		}
	})
	return m
}

func (m *memory) Open(name string) (fs.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name != "x" {
		return nil, fs.ErrNotExist
	}
	m.open++
	m.opened++
	return &memoryFile{memory: m}, nil
}

// use does what an operation does, of which a file has one at a time, and none
// once it is closed.
func (f *memoryFile) use(op func()) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		f.t.Errorf("an operation on a file that is closed")
		return fs.ErrClosed
	}
	if f.inside {
		f.t.Errorf("two operations on a file at once")
	}
	f.inside = true
	op()
	f.inside = false
	return nil
}

func (f *memoryFile) Close() error {
	return f.use(func() {
		f.closed = true
		f.open--
	})
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return nil, errors.ErrUnsupported }

func (f *memoryFile) Read(p []byte) (n int, err error) {
	failed := f.use(func() {
		if n = copy(p, f.data[min(f.at, len(f.data)):]); n == 0 {
			err = io.EOF
		}
		f.at += n
	})
	return n, cmp.Or(failed, err)
}

func (f *memoryFile) Write(p []byte) (n int, err error) {
	failed := f.use(func() {
		if err, f.broken = f.broken, nil; err == nil {
			f.data = append(f.data[:min(f.at, len(f.data))], p...)
			f.writes = append(f.writes, string(p))
			n = len(p)
			f.at += n
		}
	})
	return n, cmp.Or(failed, err)
}

func (f *memoryFile) Seek(offset int64, whence int) (at int64, err error) {
	failed := f.use(func() {
		switch whence {
		case io.SeekCurrent:
			offset += int64(f.at)
		case io.SeekEnd:
			offset += int64(len(f.data))
		}
		f.at = int(offset)
	})
	return offset, failed
}

// explore runs f with tasks canceled at whichever await, in all orders.
func explore(t *testing.T, f func(t testing.TB, ctx context.Context)) {
	t.Helper()
	schedules := 1000
	if testing.Short() {
		schedules = 200
	}
	synctest.Test(t, func(t *testing.T) {
		asynctest.Explorer{Cancel: true, Schedules: schedules}.Explore(t, f)
	})
}

func requireCanceledOr(t testing.TB, err error, others ...error) {
	t.Helper()
	ok := err == nil || async.IsCanceled(err)
	for _, other := range others {
		ok = ok || errors.Is(err, other)
	}
	require.True(t, ok, "%v", err)
}

// A file that tasks share is closed in the end, and has each write whole and
// once, whichever task is canceled at whichever await.
func TestFileSurvivesCancellationsInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		m := newMemory(t, "")
		f, err := files.OpenIn(ctx, m, "x")
		require.NoError(t, err)
		done := map[string]bool{}
		write := func(s string) async.Func {
			return func(ctx context.Context) error {
				_, err := f.WriteString(ctx, s)
				done[s] = err == nil
				return err
			}
		}
		results, err := async.GatherSettled(ctx, write("a"), write("b"), write("c"))
		require.NoError(t, err)
		for _, r := range results {
			requireCanceledOr(t, r.Err)
		}
		requireCanceledOr(t, f.Close(ctx)) // its own task may be canceled
		all := strings.Join(m.writes, "")
		for _, s := range []string{"a", "b", "c"} {
			n := strings.Count(all, s)
			require.LessOrEqual(t, n, 1)
			require.False(t, done[s] && n == 0, "%s was written and is not there", s)
		}
	})
}

func TestOpenThatIsCanceledLeavesNothingOpenInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		m := newMemory(t, "one\ntwo\n")
		lines := func(ctx context.Context) error {
			for _, err := range files.LinesIn(ctx, m, "x") {
				if err != nil {
					return err
				}
			}
			return nil
		}
		results, err := async.GatherSettled(ctx, async.Funcs(lines, lines)...)
		require.NoError(t, err)
		for _, r := range results {
			requireCanceledOr(t, r.Err)
		}
	})
}

// What a reader that was canceled has not returned, the next read returns.
func TestReadsLoseNothingInAllOrders(t *testing.T) {
	text := ""
	for i := range 30 {
		text += fmt.Sprintln("line", i)
	}
	explore(t, func(t testing.TB, ctx context.Context) {
		m := newMemory(t, text)
		f, err := files.OpenIn(ctx, m, "x")
		require.NoError(t, err)
		defer f.Close(context.WithoutCancel(ctx))
		got := ""
		some := func(ctx context.Context) error {
			p := make([]byte, 40)
			n, err := f.Read(ctx, p)
			got += string(p[:n])
			return err
		}
		line := func(ctx context.Context) error {
			line, err := f.ReadLine(ctx)
			if err == nil {
				got += line + "\n"
			}
			return err
		}
		for range 2 {
			for _, read := range []async.Func{some, line, some} {
				requireCanceledOr(t, async.Go(ctx, read).Wait(ctx))
			}
			at, err := f.Seek(ctx, 0, io.SeekCurrent)
			require.NoError(t, err)
			require.EqualValues(t, len(got), at)
		}
		rest, err := f.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, text, got+string(rest))
	})
}

// What Write has collected is written once, whatever is canceled; an error is
// told to somebody.
func TestWriteBehindLosesNothingInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		m := newMemory(t, "")
		f, err := files.OpenIn(ctx, m, "x")
		require.NoError(t, err)
		f.WriteBehind(4)
		want, errs := "", 0
		write := func(ctx context.Context) error {
			for _, s := range []string{"ab", "cd", "ef"} {
				want += s
				if _, err := f.WriteString(ctx, s); err != nil {
					return err
				}
			}
			return f.Flush(ctx)
		}
		note := func(err error) {
			requireCanceledOr(t, err, errBroken)
			if errors.Is(err, errBroken) {
				errs++
			}
		}
		note(async.Go(ctx, write).Wait(ctx))
		require.NoError(t, f.Flush(ctx))
		require.Equal(t, want, strings.Join(m.writes, ""))
		m.broken = errBroken
		_, err = f.WriteString(ctx, "lost")
		note(err)
		note(async.Go(ctx, func(ctx context.Context) error { return f.Close(ctx) }).Wait(ctx))
		require.Equal(t, 1, errs)
		requireCanceledOr(t, f.Close(ctx), fs.ErrClosed)
	})
}

var errBroken = errors.New("the disk is broken")
