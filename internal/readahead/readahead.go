// Package readahead has what a reader off the loop has brought and no task has
// taken yet, and takes it apart into reads and lines. It knows neither files
// nor loops: whoever has a Buffer fills it.
package readahead

import (
	"bytes"
	"io"
	"iter"
	"slices"
)

// A Buffer is the bytes that are ahead. The zero Buffer has none. It is for one
// goroutine at a time; a [Filling] is for another.
type Buffer struct {
	ahead   []byte
	store   []byte // the memory of ahead
	spare   []byte // the memory of the next Filling
	scanned int    // how much of ahead is known to hold no line end
}

// Of returns a Buffer of bytes, whose memory it takes over.
func Of(data []byte) Buffer { return Buffer{ahead: data} }

// Len returns how many bytes are ahead.
func (b *Buffer) Len() int { return len(b.ahead) }

// Take takes the first n bytes, which are valid until the next Fill.
func (b *Buffer) Take(n int) []byte {
	taken := b.ahead[:n]
	b.ahead = b.ahead[n:]
	b.scanned = max(0, b.scanned-n)
	return taken
}

// TakeAll takes all bytes, with their memory.
func (b *Buffer) TakeAll() []byte {
	all := b.Take(b.Len())
	b.store = nil
	return slices.Clip(all)
}

// Read takes as many bytes as go into p.
func (b *Buffer) Read(p []byte) int { return copy(p, b.Take(min(len(p), b.Len()))) }

// NextLine takes the next line, without its end, "\n" or "\r\n". Where no whole
// line is ahead it calls fill for more; at io.EOF what is left is a line.
// Another error of fill is NextLine's, and takes nothing.
func (b *Buffer) NextLine(fill func() error) (string, error) {
	for {
		if i := bytes.IndexByte(b.ahead[b.scanned:], '\n'); i >= 0 {
			line := b.Take(b.scanned + i + 1)
			return string(bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))), nil
		}
		b.scanned = b.Len()
		switch err := fill(); {
		case err == io.EOF && b.Len() > 0:
			return string(b.Take(b.Len())), nil
		case err != nil:
			return "", err
		}
	}
}

// Lines returns what next returns until io.EOF. Another error is the last pair.
func Lines(next func() (string, error)) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for {
			line, err := next()
			if err == io.EOF || !yield(line, err) || err != nil {
				return
			}
		}
	}
}

// A Filling is the memory that a reader fills off the loop: the bytes that were
// ahead when it began, and those behind them that it reads.
type Filling struct {
	memory []byte
	kept   int
}

// Fill begins a Filling, of which there is one at a time. Bytes may be taken
// meanwhile.
func (b *Buffer) Fill() *Filling {
	f := &Filling{memory: append(b.spare[:0], b.ahead...), kept: b.Len()}
	b.spare = nil
	return f
}

// Filled ends a Filling: what it has read is ahead.
func (b *Buffer) Filled(f *Filling) {
	taken := f.kept - b.Len()
	b.spare, b.store, b.ahead = b.store, f.memory, f.memory[taken:]
}

// ReadSome appends the bytes of one read of up to n that gives any, or an
// error. It returns how many that are, and the error, both of which there may
// be.
func (f *Filling) ReadSome(r io.Reader, n int) (int, error) {
	for {
		f.memory = slices.Grow(f.memory, n)
		have := len(f.memory)
		got, err := r.Read(f.memory[have : have+n])
		f.memory = f.memory[:have+got]
		if got > 0 || err != nil {
			return got, err
		}
	}
}

// ReadAll appends all that there is, n bytes at a time.
func (f *Filling) ReadAll(r io.Reader, n int) error {
	for {
		if _, err := f.ReadSome(r, n); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
