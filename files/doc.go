// Package files has files as awaits: what package os does, off the loop, while
// other tasks go on.
//
//	text, err := files.ReadFile(ctx, "seed.txt")
//
//	for line, err := range files.Lines(ctx, "access.log") {
//		...
//	}
//
// A trip off the loop costs a microsecond or two, a line of a file a hundredth
// of that. So each function makes one trip for a whole operation: a loop over
// [File.Lines] reads ahead, a walk reads a folder at a time, and with
// [File.WriteBehind] small writes are collected.
//
// # Cancellation
//
// The operating system cannot be asked to stop an operation on a file. If ctx
// is canceled while one is under way, the function returns ctx's error at once
// and the operation goes on. A [File] stays usable: its next operation waits
// for the abandoned one, bytes that were read are there for the next Read, an
// error of an abandoned write is returned by the next operation, and
// [File.Seek] tells how far the file has come. [File.Close] always closes.
//
// # Errors
//
// Errors are those of package os: test them with [errors.Is] against
// [fs.ErrNotExist], [fs.ErrPermission], [os.ErrClosed] and their like.
package files
