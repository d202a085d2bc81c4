package streams

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/gobaton/async"
)

// DefaultLimit is how far a Reader looks for a separator if nobody says
// otherwise; asyncio's default.
const DefaultLimit = 64 << 10

// budget is how many bytes a task reads, or writes, without having to wait,
// before it passes the baton: a peer that is never slow must not stop all
// others.
const budget = 256 << 10

// A Reader reads a connection; asyncio.StreamReader. It reads no further ahead
// than it is asked to, and holds memory only while it has data. One task reads
// at a time: a second one panics.
//
// A read that is canceled, or times out, loses nothing: what has come stays for
// the next read.
type Reader struct {
	// Limit is how far ReadLine, ReadUntil, Lines and Frames go before they
	// fail with a LimitError; 0: DefaultLimit. It may change between reads.
	Limit int

	link    *link
	writer  *Writer // while the Reader is in use, the Writer is not abandoned
	buf     []byte  // buf[start:end] is unread; nil while there is nothing
	start   int
	end     int
	err     error // what comes after the data
	spent   int   // bytes read since the task last had to wait
	reading bool
}

// begin notes that a task reads, and end that it does no more.
func (r *Reader) begin() {
	if r.reading {
		panic("streams: two tasks read from one Reader at once, and each would get a part: let one task read, and hand on to the others by a primitives.Queue")
	}
	r.reading = true
}

func (r *Reader) done() {
	r.reading = false
	r.shrink()
}

// Buffered returns the number of bytes that can be read without a system call.
func (r *Reader) Buffered() int { return r.end - r.start }

// AtEOF reports whether the end of the stream was met and everything was read;
// asyncio's at_eof.
func (r *Reader) AtEOF() bool { return r.Buffered() == 0 && errors.Is(r.err, io.EOF) }

// Close closes the connection, as [Writer.Close] does: for a Reader that has no
// Writer, such as that of a [ReadPipe]. It never suspends.
func (r *Reader) Close() error { return r.writer.Close() }

// Read reads up to len(p) bytes, at least one; asyncio's read(n). It suspends
// until something is there, and passes the baton now and then where something
// always is. At the end of the stream it returns io.EOF.
//
// If ctx is canceled first, Read returns its error and nothing is lost.
func (r *Reader) Read(ctx context.Context, p []byte) (int, error) {
	r.begin()
	defer r.done()
	return r.read(ctx, p)
}

func (r *Reader) read(ctx context.Context, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.Buffered() > 0 {
		n := copy(p, r.buf[r.start:r.end])
		r.start += n
		return n, nil
	}
	return r.receive(ctx, p)
}

// receive reads from the connection.
func (r *Reader) receive(ctx context.Context, p []byte) (int, error) {
	if err := r.pace(ctx); err != nil {
		return 0, err
	}
	for {
		n, err := r.try(p)
		if err != ErrNotReady {
			return n, err
		}
		if err := r.wait(ctx); err != nil {
			return 0, err
		}
	}
}

// pace passes the baton if the task has not had to wait for long.
func (r *Reader) pace(ctx context.Context) error {
	if r.spent < budget {
		return nil
	}
	r.spent = 0
	return async.Yield(ctx)
}

// try reads what is there.
func (r *Reader) try(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if r.link.closing {
		r.err = errClosed
		return 0, r.err
	}
	n, err := r.link.conn.TryRead(p)
	r.spent += n
	if n > 0 || err == ErrNotReady {
		return n, err
	}
	r.err = err
	return 0, err
}

// wait suspends until it is worthwhile to try again.
func (r *Reader) wait(ctx context.Context) error {
	r.spent = 0
	r.shrink()
	return r.link.readable.Wait(ctx)
}

// ReadAll reads to the end of the stream; asyncio's read(-1). If ctx is
// canceled first, it returns its error and what it had read is read again.
func (r *Reader) ReadAll(ctx context.Context) ([]byte, error) {
	r.begin()
	defer r.done()
	for {
		switch err := r.fill(ctx); {
		case err == nil:
		case errors.Is(err, io.EOF):
			return r.take(r.Buffered()), nil
		default:
			return nil, err
		}
	}
}

// ReadExactly reads n bytes; asyncio's readexactly. If the stream ends before,
// it returns an [IncompleteReadError] with what had come.
//
// If ctx is canceled first, ReadExactly returns its error, and what had come
// stays for the next read.
func (r *Reader) ReadExactly(ctx context.Context, n int) ([]byte, error) {
	p := make([]byte, n)
	if _, err := r.ReadFull(ctx, p); err != nil {
		return nil, err
	}
	return p, nil
}

// ReadFull does what ReadExactly does, into p: it allocates nothing. It returns
// the number of bytes that p has of the stream, which is len(p) or, at the end
// of the stream, what had come; 0 where that stays for the next read.
func (r *Reader) ReadFull(ctx context.Context, p []byte) (n int, err error) {
	r.begin()
	defer r.done()
	for n < len(p) {
		k, err := r.read(ctx, p[n:])
		n += k
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return n, &IncompleteReadError{Partial: slices.Clone(p[:n]), Expected: len(p)}
		default:
			r.unread(p[:n])
			return 0, err
		}
	}
	return n, nil
}

// unread puts back what was read last.
func (r *Reader) unread(p []byte) {
	if len(p) == 0 {
		return
	}
	rest := r.buf[r.start:r.end]
	buf := make([]byte, len(p)+len(rest))
	copy(buf[copy(buf, p):], rest)
	r.release()
	r.buf, r.start, r.end = buf, 0, len(buf)
}
