package asynchttp

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/gobaton/async"
)

// An Upload is a body that a task writes while another sends it; aiohttp's
// asynchronous generator as data. The zero Upload is ready. It is for one
// request, which is not repeated for a redirect.
//
//	body := new(asynchttp.Upload)
//	tg.Go(func(ctx context.Context) error {
//		defer body.CloseWrite()
//		return body.Write(ctx, part)
//	})
//	response, err := client.Post(ctx, url, "text/csv", body)
type Upload struct {
	made   sync.Once
	chunks chan []byte
	rest   []byte // of the chunk that is read

	ended, left sync.Once
	end         chan struct{} // closed by CloseWrite
	gone        chan struct{} // closed by Close
}

func (u *Upload) init() {
	u.made.Do(func() {
		u.chunks = make(chan []byte)
		u.end, u.gone = make(chan struct{}), make(chan struct{})
	})
}

// Write suspends the task until the request takes p, which is how a slow server
// slows it down. It returns io.ErrClosedPipe when the request has ended, and
// after CloseWrite. One task at a time writes.
//
// If ctx is canceled first, Write returns its error, and p may have been sent
// or not.
func (u *Upload) Write(ctx context.Context, p []byte) error {
	u.init()
	own := slices.Clone(p)
	return async.ToThread(ctx, func(ctx context.Context) error {
		select {
		case u.chunks <- own:
			return nil
		case <-u.end:
			return io.ErrClosedPipe
		case <-u.gone:
			return io.ErrClosedPipe
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
}

// CloseWrite ends the body, and a Write under way. It never suspends, and may
// be called again.
func (u *Upload) CloseWrite() {
	u.init()
	u.ended.Do(func() { close(u.end) })
}

// Read reads what was written; io.Reader, for the request. It blocks.
func (u *Upload) Read(p []byte) (int, error) {
	u.init()
	for len(u.rest) == 0 {
		select {
		case u.rest = <-u.chunks:
		case <-u.end:
			return 0, io.EOF
		case <-u.gone:
			return 0, io.ErrClosedPipe
		}
	}
	n := copy(p, u.rest)
	u.rest = u.rest[n:]
	return n, nil
}

// Close ends the reading; io.Closer, for the request.
func (u *Upload) Close() error {
	u.init()
	u.left.Do(func() { close(u.gone) })
	return nil
}
