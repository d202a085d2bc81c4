package files_test

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/files"
)

func TestFileWritesAndReadsBack(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.txt")
	run(t, func(ctx context.Context) {
		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		require.Equal(t, name, f.Name())
		n, err := f.WriteString(ctx, "hello world")
		require.NoError(t, err)
		require.Equal(t, 11, n)
		at, err := f.Seek(ctx, 6, io.SeekStart)
		require.NoError(t, err)
		require.EqualValues(t, 6, at)
		rest, err := f.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "world", string(rest))
		_, err = f.Read(ctx, make([]byte, 1))
		require.Equal(t, io.EOF, err)
		info, err := f.Stat(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 11, info.Size())
		require.NoError(t, f.Sync(ctx))
		require.NoError(t, f.Close(ctx))
		require.ErrorIs(t, f.Close(ctx), os.ErrClosed)
		_, err = f.Read(ctx, make([]byte, 1))
		require.ErrorIs(t, err, os.ErrClosed)
		_, err = f.WriteString(ctx, "x")
		require.ErrorIs(t, err, os.ErrClosed)
	})
}

func TestOpenReturnsTheErrorsOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	run(t, func(ctx context.Context) {
		_, err := files.Open(ctx, filepath.Join(dir, "missing"))
		require.ErrorIs(t, err, fs.ErrNotExist)
		_, err = files.Create(ctx, dir)
		require.ErrorIs(t, err, syscall.EISDIR)
	})
}

func TestWriteToAFullDiskReturnsItsError(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/dev/full is Linux's")
	}
	run(t, func(ctx context.Context) {
		f, err := files.OpenFile(ctx, "/dev/full", os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(ctx, "x")
		require.ErrorIs(t, err, syscall.ENOSPC)

		f.WriteBehind(100)
		_, err = f.WriteString(ctx, "x")
		require.NoError(t, err, "it is only collected")
		require.ErrorIs(t, f.Close(ctx), syscall.ENOSPC)
	})
}

func TestWriteBehindMakesOneTripForManyWrites(t *testing.T) {
	name := filepath.Join(t.TempDir(), "log")
	run(t, func(ctx context.Context) {
		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		f.WriteBehind(1 << 20)
		for range 1000 {
			_, err := f.WriteString(ctx, "line\n")
			require.NoError(t, err)
		}
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Zero(t, info.Size())
		require.NoError(t, f.Close(ctx))
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Len(t, data, 5000)
	})
}

func TestReadAfterACancellationGetsTheSameBytes(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(name, []byte("abcdef"), 0o600))
	run(t, func(ctx context.Context) {
		f, err := files.Open(ctx, name)
		require.NoError(t, err)
		p := make([]byte, 4)
		canceled(t, ctx, func(ctx context.Context) error {
			_, err := f.Read(ctx, p)
			return err
		})
		n, err := f.Read(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "abcd", string(p[:n]))
		at, err := f.Seek(ctx, 0, io.SeekCurrent)
		require.NoError(t, err)
		require.EqualValues(t, 4, at)
		require.NoError(t, f.Close(ctx))
	})
}

func TestWriteAfterACancellationGoesOnAndTellsItsOffset(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	run(t, func(ctx context.Context) {
		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		p := []byte("abcd")
		canceled(t, ctx, func(ctx context.Context) error {
			_, err := f.Write(ctx, p)
			return err
		})
		copy(p, "XXXX") // it is the caller's again
		at, err := f.Seek(ctx, 0, io.SeekCurrent)
		require.NoError(t, err)
		require.Contains(t, []int64{0, 4}, at)
		require.NoError(t, f.Close(ctx))
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		require.Equal(t, "abcd"[:at], string(data))
	})
}

func TestAnErrorOfAnAbandonedWriteIsTheNextOperations(t *testing.T) {
	file := &slowFile{began: make(chan struct{}), release: make(chan struct{}), err: errors.New("disk on fire")}
	run(t, func(ctx context.Context) {
		f, err := files.OpenIn(ctx, file, "x")
		require.NoError(t, err)
		writing := async.GoEager(ctx, func(ctx context.Context) error {
			_, err := f.WriteString(ctx, "x")
			return err
		})
		<-file.began // it has begun, off the loop
		writing.Cancel()
		require.True(t, async.IsCanceled(writing.Wait(ctx)))
		close(file.release)
		_, err = f.Stat(ctx)
		require.ErrorIs(t, err, file.err)
		require.NoError(t, f.Close(ctx))
	})
}

// slowFile is a file system of one file, whose Write waits and fails.
type slowFile struct {
	fs.File
	began, release chan struct{}
	err            error
}

func (s *slowFile) Open(string) (fs.File, error) { return s, nil }
func (s *slowFile) Close() error                 { return nil }
func (s *slowFile) Write([]byte) (int, error) {
	close(s.began)
	<-s.release
	return 0, s.err
}

func TestCloseIsNeverLostToACancellation(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	run(t, func(ctx context.Context) { // which counts descriptors
		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		f.WriteBehind(100)
		_, err = f.WriteString(ctx, "kept")
		require.NoError(t, err)
		canceled(t, ctx, f.Close)

		g, err := files.Open(ctx, name)
		require.NoError(t, err)
		task := async.Go(ctx, func(ctx context.Context) error {
			async.CurrentTask(ctx).Cancel()
			_ = async.Yield(ctx)
			return g.Close(ctx)
		})
		require.True(t, async.IsCanceled(task.Wait(ctx)))
	})
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, "kept", string(data))
}

func TestOpenThatIsCanceledLeavesNothingOpen(t *testing.T) {
	dir := t.TempDir()
	run(t, func(ctx context.Context) {
		canceled(t, ctx, func(ctx context.Context) error {
			_, err := files.Create(ctx, filepath.Join(dir, "a"))
			return err
		})
		canceled(t, ctx, func(ctx context.Context) error {
			_, err := files.CreateTemp(ctx, dir, "temp*")
			return err
		})
		canceled(t, ctx, func(ctx context.Context) error {
			_, err := files.MkdirTemp(ctx, dir, "temp*")
			return err
		})
	})
	left, err := filepath.Glob(filepath.Join(dir, "temp*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTasksThatShareAFileTakeTurns(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	run(t, func(ctx context.Context) {
		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		write := func(s string) async.Func {
			return func(ctx context.Context) error {
				_, err := f.WriteString(ctx, strings.Repeat(s, 1000))
				return err
			}
		}
		_, err = async.Gather(ctx, write("a"), write("b"), write("c"))
		require.NoError(t, err)
		require.NoError(t, f.Close(ctx))
	})
	data, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, strings.Repeat("a", 1000)+strings.Repeat("b", 1000)+strings.Repeat("c", 1000), string(data))
}

func TestReadAtAndWriteAtLeaveTheOffset(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(name, []byte("0123456789"), 0o600))
	run(t, func(ctx context.Context) {
		f, err := files.OpenFile(ctx, name, os.O_RDWR, 0)
		require.NoError(t, err)
		p := make([]byte, 4)
		_, err = f.Read(ctx, p)
		require.NoError(t, err)
		n, err := f.ReadAt(ctx, p, 8)
		require.Equal(t, io.EOF, err)
		require.Equal(t, "89", string(p[:n]))
		_, err = f.WriteAt(ctx, []byte("x"), 4)
		require.NoError(t, err)
		rest, err := f.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "x56789", string(rest))
		require.NoError(t, f.Truncate(ctx, 3))
		info, err := f.Stat(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 3, info.Size())
		require.NoError(t, f.Close(ctx))
	})
}

func TestFileOfAFileSystemCanOnlyBeRead(t *testing.T) {
	fsys := fstest.MapFS{"a/b.txt": {Data: []byte("one\ntwo\n")}}
	run(t, func(ctx context.Context) {
		f, err := files.OpenIn(ctx, fsys, "a/b.txt")
		require.NoError(t, err)
		_, err = f.WriteString(ctx, "x")
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.ErrorIs(t, f.Sync(ctx), errors.ErrUnsupported)
		require.ErrorIs(t, f.Truncate(ctx, 1), errors.ErrUnsupported)
		require.NoError(t, f.Close(ctx))
		data, err := files.ReadFileIn(ctx, fsys, "a/b.txt")
		require.NoError(t, err)
		require.Equal(t, "one\ntwo\n", string(data))
	})
}
