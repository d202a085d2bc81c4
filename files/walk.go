package files

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// A WalkEntry is a file or folder that a walk comes to.
type WalkEntry struct {
	fs.DirEntry

	// Path leads to it, from the root of the walk on.
	Path string
}

// Walk returns the files and folders below root, and root itself first, each
// folder before what is in it, in the order of their names; filepath.WalkDir.
// It makes a trip for each folder and suspends the task meanwhile.
//
// A folder that cannot be read is yielded a second time, with the error, and
// the walk goes on behind it. The error of a cancellation is the last pair.
func Walk(ctx context.Context, root string) iter.Seq2[WalkEntry, error] {
	return walk(ctx, root, filepath.Join,
		func(name string) (fs.FileInfo, error) { return os.Lstat(name) },
		os.ReadDir)
}

// WalkIn does what [Walk] does, for a file system, whose paths have slashes;
// fs.WalkDir.
func WalkIn(ctx context.Context, fsys fs.FS, root string) iter.Seq2[WalkEntry, error] {
	return walk(ctx, root, joinSlash,
		func(name string) (fs.FileInfo, error) { return fs.Stat(fsys, name) },
		func(name string) ([]fs.DirEntry, error) { return fs.ReadDir(fsys, name) })
}

func joinSlash(elem ...string) string {
	if elem[0] == "." {
		return elem[1]
	}
	return elem[0] + "/" + elem[1]
}

func walk(
	ctx context.Context,
	root string,
	join func(elem ...string) string,
	stat func(name string) (fs.FileInfo, error),
	readDir func(name string) ([]fs.DirEntry, error),
) iter.Seq2[WalkEntry, error] {
	return func(yield func(WalkEntry, error) bool) {
		info, err := value(ctx, func() (fs.FileInfo, error) { return stat(root) })
		if err != nil {
			yield(WalkEntry{Path: root}, err)
			return
		}
		rest := []WalkEntry{{fs.FileInfoToDirEntry(info), root}} // the next is the last
		for len(rest) > 0 {
			entry := rest[len(rest)-1]
			rest = rest[:len(rest)-1]
			if !yield(entry, nil) {
				return
			}
			if !entry.IsDir() {
				continue
			}
			entries, err := value(ctx, func() ([]fs.DirEntry, error) { return readDir(entry.Path) })
			if err != nil && (!yield(entry, err) || ctx.Err() != nil) {
				return
			}
			for i := len(entries) - 1; i >= 0; i-- {
				rest = append(rest, WalkEntry{entries[i], join(entry.Path, entries[i].Name())})
			}
		}
	}
}
