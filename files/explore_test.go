package files_test

import (
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/files"
)

// memory is a file system of one file that takes what is written.
type memory struct {
	fs.File
	written []string
	closed  int
}

func (m *memory) Open(string) (fs.File, error) { return m, nil }
func (m *memory) Close() error                 { m.closed++; return nil }
func (m *memory) Write(p []byte) (int, error) {
	m.written = append(m.written, string(p))
	return len(p), nil
}

// A file that tasks share is closed in the end, and has each write whole and
// once, whichever task is canceled at whichever await.
func TestFileSurvivesCancellationsInAllOrders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asynctest.Explorer{Cancel: true, Schedules: 400}.Explore(t, func(t testing.TB, ctx context.Context) {
			m := new(memory)
			f, err := files.OpenIn(ctx, m, "x")
			require.NoError(t, err)
			done := map[string]bool{}
			write := func(s string) async.Func {
				return func(ctx context.Context) error {
					_, err := f.WriteString(ctx, s)
					done[s] = err == nil
					return err
				}
			}
			results, err := async.GatherSettled(ctx, write("a"), write("b"), write("c"))
			require.NoError(t, err)
			for _, r := range results {
				require.True(t, r.Err == nil || async.IsCanceled(r.Err), "%v", r.Err)
			}
			if err := f.Close(ctx); err != nil { // its own task was canceled
				require.True(t, async.IsCanceled(err), "%v", err)
			}
			all := strings.Join(m.written, "")
			for _, s := range []string{"a", "b", "c"} {
				n := strings.Count(all, s)
				require.LessOrEqual(t, n, 1)
				require.False(t, done[s] && n == 0, "%s was written and is not there", s)
			}
			require.Equal(t, 1, m.closed)
		})
	})
}
