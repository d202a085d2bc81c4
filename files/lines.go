package files

import (
	"context"
	"io/fs"
	"iter"

	"github.com/gobaton/async/internal/readahead"
)

// lineChunk is how many bytes a trip for lines reads.
const lineChunk = 64 << 10

// ReadLine reads up to the next line end and returns the line without it, "\n"
// or "\r\n"; [io.EOF] at the end of the file. It suspends the task only where
// no whole line was read ahead. A line may be of any length.
//
// If ctx is canceled first, ReadLine returns its error and takes nothing.
func (f *File) ReadLine(ctx context.Context) (string, error) {
	if err := f.Flush(ctx); err != nil {
		return "", err
	}
	return f.ahead.NextLine(func() error { return f.fill(ctx, lineChunk, false) })
}

// Lines returns the lines from the offset on, as [File.ReadLine] does. An
// error, also that of a cancellation, is the last pair. After a break the next
// line is still there.
func (f *File) Lines(ctx context.Context) iter.Seq2[string, error] {
	return readahead.Lines(func() (string, error) { return f.ReadLine(ctx) })
}

// Lines opens a file, returns its lines as [File.Lines] does, and closes it.
func Lines(ctx context.Context, name string) iter.Seq2[string, error] {
	return linesOf(ctx, func() (*File, error) { return Open(ctx, name) })
}

// LinesIn does what [Lines] does, for a file of a file system.
func LinesIn(ctx context.Context, fsys fs.FS, name string) iter.Seq2[string, error] {
	return linesOf(ctx, func() (*File, error) { return OpenIn(ctx, fsys, name) })
}

func linesOf(ctx context.Context, open func() (*File, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		file, err := open()
		if err != nil {
			yield("", err)
			return
		}
		defer func() { _ = file.Close(ctx) }() // of a file that was only read
		for line, err := range file.Lines(ctx) {
			if !yield(line, err) {
				return
			}
		}
	}
}
