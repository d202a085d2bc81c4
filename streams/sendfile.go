package streams

import (
	"context"
	"errors"
	"io"
	"math"
	"os"

	"github.com/gobaton/async"
)

// SendFile sends a file from an offset on, at most count bytes of it, or all of
// it if count is negative; asyncio's loop.sendfile. It returns how many bytes
// were sent: fewer than count where the file ends before. It suspends until
// what was written before has been sent, and while there is no room, and passes
// the baton now and then.
//
// On Linux the system sends an [os.File] over TCP and Unix sockets by itself
// (sendfile), without copying; it blocks where the file has to be read from a
// slow disk. Everywhere else the file is read off the loop.
//
// If ctx is canceled first, or there is an error, the bytes sent until then
// tell where to go on. SendFile does not move the file's own offset. It panics
// if another SendFile of the Writer sends, as Write does meanwhile.
func (w *Writer) SendFile(ctx context.Context, file io.ReaderAt, offset, count int64) (sent int64, err error) {
	l := w.link
	l.mustNotSendFile()
	if err := l.mayWrite(); err != nil {
		return 0, err
	}
	l.room = l.loop.NewNotifier(awaited{"room to send to %v", l.conn.RemoteAddr}, l.conn.Outside())
	defer func() {
		l.room = nil
		if l.size() > 0 {
			l.pend()
		}
	}()
	if err := w.sendAll(ctx); err != nil {
		return 0, err
	}
	s := &fileSender{conn: l.conn, room: l.room, file: file, offset: offset, left: leftOf(count)}
	sent, err = s.run(ctx)
	if err != nil && ctx.Err() == nil && l.err == nil && !l.closing && !s.unread {
		l.fail(err)
	}
	return sent, err
}

// SendFile does what [Writer.SendFile] does; asyncio's sock_sendfile.
func (s *Socket) SendFile(ctx context.Context, file io.ReaderAt, offset, count int64) (sent int64, err error) {
	f := &fileSender{conn: s.conn, room: s.writable, file: file, offset: offset, left: leftOf(count)}
	return f.run(ctx)
}

// leftOf returns how many bytes a count lets be sent.
func leftOf(count int64) int64 {
	if count < 0 {
		return math.MaxInt64
	}
	return count
}

// fileSender sends a file over a connection.
type fileSender struct {
	conn   Conn
	room   *async.Notifier
	file   io.ReaderAt
	offset int64
	left   int64
	sent   int64
	spent  int    // bytes since the task last had to wait
	buf    []byte // where it is read
	unread bool   // the file could not be read
}

// directSender is a Conn that the system can send a file over. TrySendFile
// sends up to n bytes, and none at the end of the file. The error is
// errNoSendfile where the system cannot.
type directSender interface {
	TrySendFile(file *os.File, offset int64, n int) (int, error)
}

var errNoSendfile = errors.New("streams: the system does not send this file")

func (s *fileSender) run(ctx context.Context) (int64, error) {
	conn, direct := s.conn.(directSender)
	file, isFile := s.file.(*os.File)
	for ended := false; s.left > 0 && !ended; {
		if err := s.pace(ctx); err != nil {
			return s.sent, err
		}
		var err error
		if direct = direct && isFile; direct {
			ended, err = s.direct(ctx, conn, file)
		} else {
			ended, err = s.copy(ctx)
		}
		switch {
		case err == errNoSendfile:
			direct = false
		case err != nil:
			return s.sent, err
		}
	}
	return s.sent, nil
}

// pace passes the baton if the task has not had to wait for long.
func (s *fileSender) pace(ctx context.Context) error {
	if s.spent < budget {
		return nil
	}
	s.spent = 0
	return async.Yield(ctx)
}

// wait suspends until there is room.
func (s *fileSender) wait(ctx context.Context) error {
	s.spent = 0
	return s.room.Wait(ctx)
}

func (s *fileSender) advance(n int) {
	s.sent += int64(n)
	s.offset += int64(n)
	s.left -= int64(n)
	s.spent += n
}

// direct lets the system send a piece, and reports the end of the file.
func (s *fileSender) direct(ctx context.Context, conn directSender, file *os.File) (ended bool, err error) {
	n, err := conn.TrySendFile(file, s.offset, int(min(s.left, budget)))
	s.advance(n)
	if err == ErrNotReady {
		return false, s.wait(ctx)
	}
	return n == 0 && err == nil, err
}

// copyChunk is how much of a file is read at once.
const copyChunk = 64 << 10

// copy reads a piece off the loop, sends it, and reports the end of the file.
func (s *fileSender) copy(ctx context.Context) (ended bool, err error) {
	if s.buf == nil {
		s.buf = make([]byte, copyChunk)
	}
	buf, offset, file := s.buf[:min(s.left, copyChunk)], s.offset, s.file
	n, err := async.ToThreadValue(ctx, func(context.Context) (int, error) {
		n, err := file.ReadAt(buf, offset)
		if n > 0 || err == io.EOF {
			return n, nil
		}
		return 0, err
	})
	if s.unread = err != nil; s.unread {
		return false, err
	}
	for rest := buf[:n]; len(rest) > 0; {
		k, err := s.conn.TryWrite(rest)
		s.advance(k)
		rest = rest[k:]
		if err == ErrNotReady {
			err = s.wait(ctx)
		}
		if err != nil {
			return false, err
		}
	}
	return n == 0, nil
}
