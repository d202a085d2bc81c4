package files_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/files"
)

// A disk of 64 KiB is full before 100 KiB were written: the error, and what is
// there, are those of the system, however the bytes came.
func TestAFullDiskIsTheErrorOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("small", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("missing: the right to mount a tmpfs: %v", err)
	}
	defer func() { require.NoError(t, syscall.Unmount(dir, 0)) }()
	const room = 64 << 10
	name := filepath.Join(dir, "big")
	big := make([]byte, 100<<10)
	size := func() int64 {
		info, err := os.Stat(name)
		require.NoError(t, err)
		return info.Size()
	}
	run(t, func(ctx context.Context) {
		require.ErrorIs(t, files.WriteFile(ctx, name, big, 0o666), syscall.ENOSPC)
		require.EqualValues(t, room, size())

		f, err := files.Create(ctx, name)
		require.NoError(t, err)
		n, err := f.Write(ctx, big)
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.Equal(t, room, n)
		at, err := f.Seek(ctx, 0, 1)
		require.NoError(t, err)
		require.EqualValues(t, room, at)
		require.NoError(t, f.Truncate(ctx, 0))
		_, err = f.Seek(ctx, 0, 0)
		require.NoError(t, err)

		f.WriteBehind(30 << 10)
		var failed error
		for i := 0; i < len(big) && failed == nil; i += 1 << 10 {
			_, failed = f.Write(ctx, big[i:i+1<<10])
		}
		require.ErrorIs(t, failed, syscall.ENOSPC)
		require.NoError(t, f.Close(ctx))
		require.EqualValues(t, room, size())
	})
}

// nobody runs functions as a user without rights, each on a thread of its own,
// which ends with it.
type nobody struct{}

func (nobody) Execute(ctx context.Context, run func(ctx context.Context)) error {
	go func() {
		runtime.LockOSThread()
		_, _, _ = syscall.RawSyscall(syscall.SYS_SETFSUID, 65534, 0, 0)
		run(ctx)
	}()
	return nil
}

func (nobody) Shutdown(context.Context) error { return nil }

func TestMissingRightsAreTheErrorOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	secret, closed := filepath.Join(dir, "secret"), filepath.Join(dir, "closed")
	require.NoError(t, os.WriteFile(secret, []byte("x"), 0o600))
	require.NoError(t, os.Mkdir(closed, 0o700))
	runner := async.Runner{Clock: asynctest.NewClock()}
	if os.Geteuid() == 0 { // who may do anything
		runner.Executor = nobody{}
		require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	} else {
		require.NoError(t, os.Chmod(secret, 0))
		require.NoError(t, os.Chmod(closed, 0))
	}
	require.NoError(t, runner.Run(t.Context(), func(ctx context.Context) error {
		_, err := files.Open(ctx, secret)
		require.ErrorIs(t, err, fs.ErrPermission)
		_, err = files.ReadFile(ctx, secret)
		require.ErrorIs(t, err, fs.ErrPermission)
		require.ErrorIs(t, files.WriteFile(ctx, secret, nil, 0o666), fs.ErrPermission)
		_, err = files.Create(ctx, filepath.Join(closed, "new"))
		require.ErrorIs(t, err, fs.ErrPermission)
		_, err = files.ReadDir(ctx, closed)
		require.ErrorIs(t, err, fs.ErrPermission)
		told := 0
		for entry, err := range files.Walk(ctx, closed) {
			require.Equal(t, closed, entry.Path)
			if err != nil {
				require.ErrorIs(t, err, fs.ErrPermission)
				told++
			}
		}
		require.Equal(t, 1, told)
		return nil
	}))
	require.NoError(t, runner.Close())
}
