package files_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/files"
)

func TestLinesAreThoseOfAScanner(t *testing.T) {
	texts := []string{
		"", "\n", "one", "one\n", "one\ntwo", "one\r\ntwo\r\n\n\nfive\r", "\r\n\r\n",
		strings.Repeat("x", 200_000) + "\nshort\n" + strings.Repeat("y", 65_536) + "\n" + strings.Repeat("z", 65_535) + "\r\nend",
	}
	dir := t.TempDir()
	for _, text := range texts {
		name := filepath.Join(dir, "a")
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
		var want []string
		scanner := bufio.NewScanner(strings.NewReader(text))
		scanner.Buffer(nil, 1<<20)
		for scanner.Scan() {
			want = append(want, strings.TrimSuffix(scanner.Text(), "\r"))
		}
		run(t, func(ctx context.Context) {
			var got []string
			for line, err := range files.Lines(ctx, name) {
				require.NoError(t, err)
				got = append(got, strings.TrimSuffix(line, "\r"))
			}
			require.Equal(t, want, got)
		})
	}
}

func TestLinesGoOnAfterABreak(t *testing.T) {
	fsys := fstest.MapFS{"a": {Data: []byte("1\n2\n3\n4")}}
	run(t, func(ctx context.Context) {
		f, err := files.OpenIn(ctx, fsys, "a")
		require.NoError(t, err)
		for line, err := range f.Lines(ctx) {
			require.NoError(t, err)
			if line == "2" {
				break
			}
		}
		line, err := f.ReadLine(ctx)
		require.NoError(t, err)
		require.Equal(t, "3", line)
		p := make([]byte, 10)
		n, err := f.Read(ctx, p)
		require.NoError(t, err)
		require.Equal(t, "4", string(p[:n]))
		_, err = f.ReadLine(ctx)
		require.Equal(t, io.EOF, err)
		require.NoError(t, f.Close(ctx))
	})
}

func TestLinesOfAMissingFileGiveItsError(t *testing.T) {
	run(t, func(ctx context.Context) {
		n := 0
		for _, err := range files.Lines(ctx, filepath.Join(t.TempDir(), "missing")) {
			require.ErrorIs(t, err, os.ErrNotExist)
			n++
		}
		require.Equal(t, 1, n)
	})
}

func TestWriteBetweenLinesContinuesWhereTheReaderStands(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a")
	require.NoError(t, os.WriteFile(name, []byte("one\ntwo\nthree\n"), 0o600))
	run(t, func(ctx context.Context) {
		f, err := files.OpenFile(ctx, name, os.O_RDWR, 0)
		require.NoError(t, err)
		_, err = f.ReadLine(ctx)
		require.NoError(t, err)
		_, err = f.WriteString(ctx, "TWO")
		require.NoError(t, err)
		rest, err := f.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, "\nthree\n", string(rest))
		require.NoError(t, f.Close(ctx))
	})
}
