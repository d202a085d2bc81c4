package streamstest

import (
	"math/rand/v2"

	"github.com/gobaton/async/streams"
)

// Choppy returns conn with each read and write cut to a length of chance, from
// one byte to most.
func Choppy(conn streams.Conn, chance *rand.Rand, most int) streams.Conn {
	return &choppy{Conn: conn, chance: chance, most: most}
}

type choppy struct {
	streams.Conn
	chance *rand.Rand
	most   int
}

func (c *choppy) cut(p []byte) []byte { return p[:min(len(p), 1+c.chance.IntN(c.most))] }

// TryRead implements streams.Conn.
func (c *choppy) TryRead(p []byte) (int, error) { return c.Conn.TryRead(c.cut(p)) }

// TryWrite implements streams.Conn.
func (c *choppy) TryWrite(p []byte) (written int, err error) {
	for written < len(p) && err == nil {
		var n int
		n, err = c.Conn.TryWrite(c.cut(p[written:]))
		written += n
	}
	return written, err
}

// Failing returns conn, whose reads fail with err after so many bytes.
func Failing(conn streams.Conn, after int, err error) streams.Conn {
	return &failing{Conn: conn, left: after, err: err}
}

type failing struct {
	streams.Conn
	left int
	err  error
}

// TryRead implements streams.Conn.
func (f *failing) TryRead(p []byte) (int, error) {
	if f.left == 0 {
		return 0, f.err
	}
	n, err := f.Conn.TryRead(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}
