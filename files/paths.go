package files

import (
	"context"
	"io/fs"
	"os"
	"slices"
	"time"

	"github.com/gobaton/async"
)

// ReadFile returns the bytes of a file; os.ReadFile. Like all functions of this
// file it makes one trip off the loop and suspends the task meanwhile; if ctx
// is canceled first, it returns ctx's error and the operation goes on unheard.
func ReadFile(ctx context.Context, name string) ([]byte, error) {
	return value(ctx, func() ([]byte, error) { return os.ReadFile(name) })
}

// ReadFileIn does what [ReadFile] does, for a file of a file system;
// fs.ReadFile.
func ReadFileIn(ctx context.Context, fsys fs.FS, name string) ([]byte, error) {
	return value(ctx, func() ([]byte, error) { return fs.ReadFile(fsys, name) })
}

// WriteFile makes data the bytes of a file; os.WriteFile. After a cancellation
// data may be changed: WriteFile writes a copy.
func WriteFile(ctx context.Context, name string, data []byte, perm fs.FileMode) error {
	own := slices.Clone(data)
	return call(ctx, func() error { return os.WriteFile(name, own, perm) })
}

// Stat returns what is known of a file; os.Stat.
func Stat(ctx context.Context, name string) (fs.FileInfo, error) {
	return value(ctx, func() (fs.FileInfo, error) { return os.Stat(name) })
}

// Lstat does what [Stat] does, but does not follow a symbolic link; os.Lstat.
func Lstat(ctx context.Context, name string) (fs.FileInfo, error) {
	return value(ctx, func() (fs.FileInfo, error) { return os.Lstat(name) })
}

// ReadDir returns the entries of a folder in the order of their names;
// os.ReadDir.
func ReadDir(ctx context.Context, name string) ([]fs.DirEntry, error) {
	return value(ctx, func() ([]fs.DirEntry, error) { return os.ReadDir(name) })
}

// Rename moves a file or folder; os.Rename.
func Rename(ctx context.Context, from, to string) error {
	return call(ctx, func() error { return os.Rename(from, to) })
}

// Remove removes a file or an empty folder; os.Remove.
func Remove(ctx context.Context, name string) error {
	return call(ctx, func() error { return os.Remove(name) })
}

// RemoveAll removes a file, or a folder and all that is in it; os.RemoveAll.
func RemoveAll(ctx context.Context, path string) error {
	return call(ctx, func() error { return os.RemoveAll(path) })
}

// Mkdir makes a folder; os.Mkdir.
func Mkdir(ctx context.Context, name string, perm fs.FileMode) error {
	return call(ctx, func() error { return os.Mkdir(name, perm) })
}

// MkdirAll makes a folder and those around it that are not there; os.MkdirAll.
func MkdirAll(ctx context.Context, path string, perm fs.FileMode) error {
	return call(ctx, func() error { return os.MkdirAll(path, perm) })
}

// Link makes another name for a file; os.Link.
func Link(ctx context.Context, from, to string) error {
	return call(ctx, func() error { return os.Link(from, to) })
}

// Symlink makes a symbolic link; os.Symlink.
func Symlink(ctx context.Context, from, to string) error {
	return call(ctx, func() error { return os.Symlink(from, to) })
}

// Readlink returns where a symbolic link leads; os.Readlink.
func Readlink(ctx context.Context, name string) (string, error) {
	return value(ctx, func() (string, error) { return os.Readlink(name) })
}

// Truncate changes the size of a file; os.Truncate.
func Truncate(ctx context.Context, name string, size int64) error {
	return call(ctx, func() error { return os.Truncate(name, size) })
}

// Chmod changes the permissions of a file; os.Chmod.
func Chmod(ctx context.Context, name string, mode fs.FileMode) error {
	return call(ctx, func() error { return os.Chmod(name, mode) })
}

// Chtimes changes the times of a file; os.Chtimes.
func Chtimes(ctx context.Context, name string, access, change time.Time) error {
	return call(ctx, func() error { return os.Chtimes(name, access, change) })
}

// call makes a trip for an operation on paths.
func call(ctx context.Context, run func() error) error {
	return async.ToThread(ctx, func(context.Context) error { return run() })
}

// value does what call does, for an operation with a value.
func value[T any](ctx context.Context, run func() (T, error)) (T, error) {
	return async.ToThreadValue(ctx, func(context.Context) (T, error) { return run() })
}
