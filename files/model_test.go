package files_test

import (
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/files"
)

var seed = flag.Uint64("files.seed", 0, "seed of TestFileIsAFileOfTheSystem; 0: a new one")

// TestFileIsAFileOfTheSystem does the same random operations on a File and on
// an os.File, which is its dumb model.
func TestFileIsAFileOfTheSystem(t *testing.T) {
	first, programs := *seed, uint64(100)
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	} else {
		programs = 1
	}
	dir := t.TempDir()
	for s := first; s < first+programs; s++ {
		rng := rand.New(rand.NewPCG(s, 0))
		model, err := os.Create(filepath.Join(dir, "model"))
		require.NoError(t, err)
		run(t, func(ctx context.Context) {
			f, err := files.Create(ctx, filepath.Join(dir, "file"))
			require.NoError(t, err)
			for range 60 {
				do(t, ctx, rng, f, model)
				require.False(t, t.Failed(), "-files.seed=%d", s)
			}
			require.NoError(t, f.Close(ctx))
		})
		require.NoError(t, model.Close())
		want, err := os.ReadFile(filepath.Join(dir, "model"))
		require.NoError(t, err)
		got, err := os.ReadFile(filepath.Join(dir, "file"))
		require.NoError(t, err)
		require.Equal(t, string(want), string(got), "-files.seed=%d", s)
	}
}

// do does one operation on both.
func do(t *testing.T, ctx context.Context, rng *rand.Rand, f *files.File, model *os.File) {
	t.Helper()
	p := make([]byte, rng.IntN(20))
	for i := range p {
		p[i] = "abc\n"[rng.IntN(4)]
	}
	q := make([]byte, len(p))
	offset := rng.Int64N(40)
	switch rng.IntN(9) {
	case 0, 1:
		n, err := f.Write(ctx, p)
		m, merr := model.Write(p)
		require.Equal(t, []any{m, merr}, []any{n, err})
	case 2:
		n, err := f.Read(ctx, p)
		m, merr := io.ReadFull(model, q[:n])
		require.True(t, merr == nil || n == 0, "%v", merr)
		require.Equal(t, m, n)
		require.Equal(t, q[:m], p[:n])
		if err == io.EOF {
			m, merr = model.Read(make([]byte, 1))
			require.Equal(t, []any{0, io.EOF}, []any{m, merr})
		}
	case 3:
		line, err := f.ReadLine(ctx)
		want, end := modelLine(t, model)
		require.Equal(t, want, line)
		require.Equal(t, end, err == io.EOF)
	case 4:
		at, err := f.Seek(ctx, offset, io.SeekStart)
		mat, merr := model.Seek(offset, io.SeekStart)
		require.Equal(t, []any{mat, merr}, []any{at, err})
	case 5:
		at, err := f.Seek(ctx, 0, io.SeekCurrent)
		mat, merr := model.Seek(0, io.SeekCurrent)
		require.Equal(t, []any{mat, merr}, []any{at, err})
	case 6:
		n, err := f.ReadAt(ctx, p, offset)
		m, merr := model.ReadAt(q, offset)
		require.Equal(t, []any{m, merr, q[:m]}, []any{n, err, p[:n]})
	case 7:
		n, err := f.WriteAt(ctx, p, offset)
		m, merr := model.WriteAt(p, offset)
		require.Equal(t, []any{m, merr}, []any{n, err})
	case 8:
		if rng.IntN(2) == 0 {
			f.WriteBehind(rng.IntN(30))
			return
		}
		require.Equal(t, model.Truncate(offset), f.Truncate(ctx, offset))
	}
}

// modelLine reads a line a byte at a time.
func modelLine(t *testing.T, model *os.File) (line string, end bool) {
	t.Helper()
	p := make([]byte, 1)
	for n := 0; ; n++ {
		if _, err := model.Read(p); err == io.EOF {
			return line, n == 0
		} else {
			require.NoError(t, err)
		}
		if p[0] == '\n' {
			return line, false
		}
		line += string(p)
	}
}
