package streams_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

// pipe is a pipe as streams.
func pipe(t *testing.T, l *async.Loop) (*streams.Reader, *streams.Writer) {
	t.Helper()
	rf, wf, err := os.Pipe()
	require.NoError(t, err)
	r, err := streams.ReadPipe(l, rf)
	require.NoError(t, err)
	w, err := streams.WritePipe(l, wf)
	require.NoError(t, err)
	return r, w
}

func TestAPipeCarriesMoreThanItHolds(t *testing.T) {
	really(t, func(ctx context.Context) {
		r, w := pipe(t, async.RunningLoop(ctx))
		data := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		sent := async.Go(ctx, func(ctx context.Context) error {
			_, err := w.Write(data)
			require.NoError(t, err)
			require.NoError(t, w.Close())
			return w.WaitClosed(ctx)
		})
		all, err := r.ReadAll(ctx)
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, all))
		require.NoError(t, sent.Wait(ctx))
		require.True(t, r.AtEOF())
	})
}

func TestAPipeWhoseReaderIsGoneFailsItsWriter(t *testing.T) {
	really(t, func(ctx context.Context) {
		r, w := pipe(t, async.RunningLoop(ctx))
		require.NoError(t, r.Close())
		require.NoError(t, async.Yield(ctx))
		_, err := w.WriteString("lost")
		require.ErrorContains(t, err, "pipe")
		_ = w.Close()
	})
}

func TestAFileOnADiskIsAStreamToo(t *testing.T) {
	really(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		name := filepath.Join(t.TempDir(), "text")
		f, err := os.Create(name)
		require.NoError(t, err)
		w, err := streams.WritePipe(l, f)
		require.NoError(t, err)
		_, err = w.WriteString("one\ntwo\n")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, w.WaitClosed(ctx))
		f, err = os.Open(name)
		require.NoError(t, err)
		r, err := streams.ReadPipe(l, f)
		require.NoError(t, err)
		var lines []string
		for line, err := range r.Lines(ctx) {
			require.NoError(t, err)
			lines = append(lines, string(line))
		}
		require.Equal(t, []string{"one\n", "two\n"}, lines)
	})
}

// standard puts files in the place of the program's own.
func standard(t *testing.T) (in, out *os.File) {
	t.Helper()
	inR, inW, err := os.Pipe()
	require.NoError(t, err)
	outR, outW, err := os.Pipe()
	require.NoError(t, err)
	_, _ = inR.Fd(), outW.Fd() // they may wait from here on, as a program's do
	stdin, stdout := os.Stdin, os.Stdout
	os.Stdin, os.Stdout = inR, outW
	t.Cleanup(func() {
		os.Stdin, os.Stdout = stdin, stdout
		for _, f := range []*os.File{inR, inW, outR, outW} {
			_ = f.Close()
		}
	})
	return inW, outR
}

func TestTheProgramsInputAndOutputAreStreams(t *testing.T) {
	in, out := standard(t)
	really(t, func(ctx context.Context) {
		l := async.RunningLoop(ctx)
		r, err := streams.Stdin(l)
		require.NoError(t, err)
		w, err := streams.Stdout(l)
		require.NoError(t, err)
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, err := r.ReadLine(ctx)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout, "the loop goes on while there is no input")
		_, err = in.WriteString("hello\nworld")
		require.NoError(t, err)
		require.NoError(t, in.Close())
		line, err := r.ReadLine(ctx)
		require.NoError(t, err)
		require.Equal(t, "hello\n", line)
		rest, err := r.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "world", string(rest))

		text := strings.Repeat("x", 200_000) // more than a pipe holds
		all := async.GoValue(ctx, func(ctx context.Context) ([]byte, error) {
			return async.ToThreadValue(ctx, func(context.Context) ([]byte, error) {
				p := make([]byte, len(text))
				_, err := io.ReadFull(out, p)
				return p, err
			})
		})
		_, err = w.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, w.WaitClosed(ctx))
		got, err := all.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		_, err = os.Stdout.WriteString("still open")
		require.NoError(t, err)
	})
}

func TestAPipeThatIsForgottenIsClosedWithoutAWord(t *testing.T) {
	var told events
	runner := &async.Runner{OnError: told.add}
	require.NoError(t, runner.Run(context.Background(), func(ctx context.Context) error {
		rf, wf, err := os.Pipe()
		require.NoError(t, err)
		r, err := streams.ReadPipe(async.RunningLoop(ctx), rf)
		require.NoError(t, err)
		_, err = streams.WritePipe(async.RunningLoop(ctx), wf)
		require.NoError(t, err)
		collected := async.Go(ctx, func(ctx context.Context) error {
			for {
				runtime.GC()
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
		})
		_, err = r.Read(ctx, make([]byte, 1))
		require.ErrorIs(t, err, io.EOF)
		collected.Cancel()
		return nil
	}))
	require.NoError(t, runner.Close())
	require.Empty(t, told)
}
