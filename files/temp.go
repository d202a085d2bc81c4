package files

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/gobaton/async"
)

// CreateTemp makes a file of a new name in dir and opens it; os.CreateTemp. If
// ctx is canceled first, it returns ctx's error and leaves no file behind.
// Otherwise the caller removes it.
func CreateTemp(ctx context.Context, dir, pattern string) (*File, error) {
	file, err := async.ToThreadAcquire(ctx, func(context.Context) (fs.File, error) { return os.CreateTemp(dir, pattern) }, func(file fs.File) {
		_ = file.Close()
		_ = os.Remove(file.(*os.File).Name())
	})
	if err != nil {
		return nil, err
	}
	return newFile(file), nil
}

// MkdirTemp makes a folder of a new name in dir and returns its path;
// os.MkdirTemp. If ctx is canceled first, it returns ctx's error and leaves no
// folder behind. Otherwise the caller removes it, as [WithTempDir] does.
func MkdirTemp(ctx context.Context, dir, pattern string) (string, error) {
	return async.ToThreadAcquire(ctx, func(context.Context) (string, error) { return os.MkdirTemp(dir, pattern) }, func(path string) {
		_ = os.RemoveAll(path)
	})
}

// WithTempDir calls body with the path of a new folder and removes the folder,
// with all that is in it, when body returns or panics, be ctx canceled or not.
// It returns the errors of both.
func WithTempDir(ctx context.Context, pattern string, body func(ctx context.Context, path string) error) (err error) {
	path, err := MkdirTemp(ctx, "", pattern)
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, RemoveAll(context.WithoutCancel(ctx), path))
	}()
	return body(ctx, path)
}
