package files_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/files"
)

func TestPathsAreThoseOfTheSystem(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	run(t, func(ctx context.Context) {
		require.NoError(t, files.WriteFile(ctx, a, []byte("text"), 0o600))
		data, err := files.ReadFile(ctx, a)
		require.NoError(t, err)
		require.Equal(t, "text", string(data))
		require.NoError(t, files.Rename(ctx, a, b))
		_, err = files.Stat(ctx, a)
		require.ErrorIs(t, err, fs.ErrNotExist)
		require.NoError(t, files.Symlink(ctx, b, a))
		to, err := files.Readlink(ctx, a)
		require.NoError(t, err)
		require.Equal(t, b, to)
		info, err := files.Lstat(ctx, a)
		require.NoError(t, err)
		require.NotZero(t, info.Mode()&fs.ModeSymlink)
		require.NoError(t, files.Remove(ctx, a))
		require.NoError(t, files.Link(ctx, b, a))
		require.NoError(t, files.Truncate(ctx, a, 2))
		require.NoError(t, files.Chmod(ctx, a, 0o400))
		when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		require.NoError(t, files.Chtimes(ctx, a, when, when))
		info, err = files.Stat(ctx, b)
		require.NoError(t, err)
		require.EqualValues(t, 2, info.Size())
		require.True(t, info.ModTime().Equal(when))
		require.NoError(t, files.MkdirAll(ctx, filepath.Join(dir, "x", "y"), 0o700))
		require.NoError(t, files.Mkdir(ctx, filepath.Join(dir, "z"), 0o700))
		require.ErrorIs(t, files.Mkdir(ctx, filepath.Join(dir, "z"), 0o700), fs.ErrExist)
		entries, err := files.ReadDir(ctx, dir)
		require.NoError(t, err)
		require.Len(t, entries, 4)
		require.NoError(t, files.RemoveAll(ctx, filepath.Join(dir, "x")))
	})
}

func TestWalkIsWalkDir(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b/c/d", "b/a", "a/x/y/z", "e"} {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, name), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "file"), nil, 0o600))
	}
	var want []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		want = append(want, path)
		return err
	}))
	run(t, func(ctx context.Context) {
		var got []string
		for entry, err := range files.Walk(ctx, dir) {
			require.NoError(t, err)
			got = append(got, entry.Path)
		}
		require.Equal(t, want, got)

		fsys := os.DirFS(dir)
		var inWant, in []string
		require.NoError(t, fs.WalkDir(fsys, ".", func(path string, _ fs.DirEntry, err error) error {
			inWant = append(inWant, path)
			return err
		}))
		for entry, err := range files.WalkIn(ctx, fsys, ".") {
			require.NoError(t, err)
			in = append(in, entry.Path)
		}
		require.Equal(t, inWant, in)
	})
}

var errUnreadable = errors.New("unreadable")

// unreadable is a file system with a folder that cannot be read.
type unreadable struct{ fstest.MapFS }

func (u unreadable) ReadDir(name string) ([]fs.DirEntry, error) {
	if name == "b" {
		return nil, errUnreadable
	}
	return u.MapFS.ReadDir(name)
}

func TestWalkGoesOnBehindAFolderThatCannotBeRead(t *testing.T) {
	fsys := unreadable{fstest.MapFS{"a": {}, "b/x": {}, "c": {}}}
	run(t, func(ctx context.Context) {
		var got []string
		for entry, err := range files.WalkIn(ctx, fsys, ".") {
			if err != nil {
				require.ErrorIs(t, err, errUnreadable)
				got = append(got, "error "+entry.Path)
				continue
			}
			got = append(got, entry.Path)
		}
		require.Equal(t, []string{".", "a", "b", "error b", "c"}, got)
	})
}

func TestWithTempDirRemovesWhatBodyLeaves(t *testing.T) {
	run(t, func(ctx context.Context) {
		var path string
		failure := errors.New("body failed")
		err := files.WithTempDir(ctx, "test*", func(ctx context.Context, dir string) error {
			path = dir
			require.NoError(t, files.WriteFile(ctx, filepath.Join(dir, "a"), nil, 0o600))
			return failure
		})
		require.ErrorIs(t, err, failure)
		_, err = files.Stat(ctx, path)
		require.ErrorIs(t, err, fs.ErrNotExist)

		canceled(t, ctx, func(ctx context.Context) error {
			return files.WithTempDir(ctx, "test*", func(ctx context.Context, dir string) error {
				path = dir
				return ctx.Err()
			})
		})
	})
}
