package streamstest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/gobaton/async"
)

// file makes a file of so many bytes, which are returned, too.
func (e *ends) file(ctx context.Context, size int) (*os.File, []byte) {
	e.t.Helper()
	data := bytes.Repeat([]byte("0123456789abcdefg\n"), size/18+1)[:size]
	name := filepath.Join(e.t.TempDir(), "file")
	f, err := async.ToThreadValue(ctx, func(context.Context) (*os.File, error) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			return nil, err
		}
		return os.Open(name)
	})
	e.ok(err)
	e.t.Cleanup(func() { _ = f.Close() })
	return f, data
}

// tooBig is more than a connection takes that nobody reads.
const tooBig = 12 << 20

func (e *ends) files(ctx context.Context) {
	f, data := e.file(ctx, 1<<20)
	read := async.GoValue(ctx, e.r2.ReadAll)
	var want []byte
	for _, part := range []struct{ offset, count, sent int }{
		{0, -1, len(data)}, {5, 3, 3}, {len(data) - 2, 10, 2}, {len(data), -1, 0}, {7, 0, 0}, {len(data) + 7, 1, 0}, {1, 100_000, 100_000},
	} {
		for _, from := range []io.ReaderAt{f, bytes.NewReader(data)} {
			before := bytes.Repeat([]byte("-"), 20_000) // more than a low water mark
			_, err := e.w1.Write(before)
			e.ok(err)
			n, err := e.w1.SendFile(ctx, from, int64(part.offset), int64(part.count))
			e.ok(err)
			e.check(n == int64(part.sent), "%d bytes of a file were sent, not %d", n, part.sent)
			want = append(want, before...)
			if n > 0 {
				want = append(want, data[part.offset:part.offset+part.sent]...)
			}
		}
	}
	_, err := e.w1.SendFile(ctx, failingFile{}, 0, -1)
	e.is(err, errFile)
	_, err = e.w1.WriteString("end")
	e.ok(err)
	e.ok(e.w1.Close())
	_, err = e.w1.SendFile(ctx, f, 0, -1)
	e.is(err, net.ErrClosed)
	got, err := read.Await(ctx)
	e.ok(err)
	e.check(bytes.Equal(got, append(want, "end"...)), "%d other bytes came than the %d that were sent", len(got), len(want))
	at, err := f.Seek(0, io.SeekCurrent)
	e.ok(err)
	e.check(at == 0, "the file's own offset is %d", at)
}

var errFile = errors.New("the file cannot be read")

// failingFile cannot be read.
type failingFile struct{}

func (failingFile) ReadAt([]byte, int64) (int, error) { return 0, errFile }

func (e *ends) canceledFile(ctx context.Context) {
	f, data := e.file(ctx, tooBig)
	sent := int64(0)
	send := func(ctx context.Context) error {
		n, err := e.w1.SendFile(ctx, f, sent, -1)
		sent += n
		return err
	}
	for sent == 0 {
		e.is(async.Timeout(ctx, 20*time.Millisecond, send), async.ErrTimeout)
	}
	e.check(sent < tooBig, "%d bytes were sent and nobody has read", sent)
	before := sent
	task := async.Go(ctx, send)
	e.ok(async.Sleep(ctx, time.Millisecond))
	func() {
		defer func() { e.check(recover() != nil, "a write in the middle of a file") }()
		_, _ = e.w1.WriteString("x")
	}()
	task.Cancel()
	e.check(async.IsCanceled(task.Wait(ctx)), "not canceled")
	e.check(sent >= before && sent < tooBig, "%d bytes were sent after %d", sent, before)
	read := async.GoValue(ctx, e.r2.ReadAll)
	e.ok(send(ctx))
	e.check(sent == tooBig, "%d bytes were sent", sent)
	e.ok(e.w1.Close())
	got, err := read.Await(ctx)
	e.ok(err)
	e.check(bytes.Equal(got, data), "%d other bytes came than were sent", len(got))
}

func (e *ends) closedFile(ctx context.Context) {
	f, _ := e.file(ctx, 0)
	e.ok(os.Truncate(f.Name(), tooBig))
	send := async.Go(ctx, func(ctx context.Context) error {
		_, err := e.w1.SendFile(ctx, f, 0, -1)
		return err
	})
	e.ok(async.Sleep(ctx, 20*time.Millisecond))
	e.check(!send.Done(), "nobody has read it")
	e.w1.Abort()
	e.is(send.Wait(ctx), net.ErrClosed)

	send = async.Go(ctx, func(ctx context.Context) error {
		_, err := e.w2.SendFile(ctx, f, 0, -1)
		return err
	})
	e.check(send.Wait(ctx) != nil, "the other side is dead")
}
