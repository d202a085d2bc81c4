package streams_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

// FuzzReads writes data in pieces, as cuts say, and reads it as ways say: with
// each cut the reads have to be those of a bufio.Reader over the whole.
func FuzzReads(f *testing.F) {
	f.Add([]byte("a\nbc\n\ndef"), []byte{1, 2, 3}, []byte{0, 1, 2, 3})
	f.Add([]byte("\r\n\r\n--\r\n"), []byte{1}, []byte{3, 3, 0})
	f.Add(bytes.Repeat([]byte("0123456789\n"), 3000), []byte{255, 1, 200}, []byte{1, 0, 2})
	f.Fuzz(func(t *testing.T, data, cuts, ways []byte) {
		if len(data) > 1<<16 || len(ways) == 0 || len(cuts) == 0 {
			t.Skip()
		}
		asynctest.Run(t, func(ctx context.Context) {
			l := async.RunningLoop(ctx)
			a, b := streams.Pipe(l)
			r, rw := streams.New(l, b)
			_, w := streams.New(l, a)
			writer := async.Go(ctx, func(ctx context.Context) error { return writeCut(ctx, w, data, cuts) })
			r.Limit = 1 << 20
			model := bufio.NewReaderSize(bytes.NewReader(data), 1<<17)
			for i := 0; ; i++ {
				got, want, ended := readBoth(ctx, t, r, model, ways[i%len(ways)])
				require.Equal(t, string(want), string(got))
				if ended {
					break
				}
			}
			require.NoError(t, writer.Wait(ctx))
			rw.Abort()
		})
	})
}

// writeCut writes data in pieces and ends the stream.
func writeCut(ctx context.Context, w *streams.Writer, data, cuts []byte) error {
	for i := 0; len(data) > 0; i++ {
		n := min(len(data), 1+int(cuts[i%len(cuts)]))
		if _, err := w.Write(data[:n]); err != nil {
			return err
		}
		data = data[n:]
		if err := errors.Join(w.Drain(ctx), async.Yield(ctx)); err != nil {
			return err
		}
	}
	return w.Close()
}

// readBoth reads in one way from a stream and from its model.
func readBoth(ctx context.Context, t *testing.T, r *streams.Reader, model *bufio.Reader, way byte) (got, want []byte, ended bool) {
	switch n := 1 + int(way)/4; way % 4 {
	case 0:
		line, err := r.ReadLine(ctx)
		want, modelErr := model.ReadBytes('\n')
		ended = len(want) == 0 && modelErr == io.EOF
		require.Equal(t, ended, err == io.EOF, "%v", err)
		return []byte(line), want, ended
	case 1:
		want = make([]byte, n)
		k, modelErr := io.ReadFull(model, want)
		got, err := r.ReadExactly(ctx, n)
		if modelErr == nil {
			require.NoError(t, err)
			return got, want, false
		}
		var short *streams.IncompleteReadError
		require.ErrorAs(t, err, &short)
		require.ErrorIs(t, err, modelErr)
		return short.Partial, want[:k], modelErr == io.EOF
	case 2:
		got = make([]byte, n)
		k, err := r.Read(ctx, got)
		want = make([]byte, k)
		_, modelErr := io.ReadFull(model, want)
		require.NoError(t, modelErr)
		if err != nil {
			_, modelErr = model.ReadByte()
			require.Equal(t, io.EOF, modelErr)
			require.Equal(t, io.EOF, err)
		}
		return got[:k], want, err == io.EOF
	}
	got, err := r.ReadUntil(ctx, "\n", "-")
	var short *streams.IncompleteReadError
	if errors.As(err, &short) {
		got = short.Partial
	}
	for {
		c, modelErr := model.ReadByte()
		if modelErr != nil {
			return got, want, len(want) == 0
		}
		if want = append(want, c); c == '\n' || c == '-' {
			return got, want, false
		}
	}
}
