package files_test

import (
	"context"
	"os"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs main on a loop in virtual time, and fails the test with its error,
// with an error that nobody retrieved, and for a descriptor that is left open.
func run(t *testing.T, main func(ctx context.Context)) {
	t.Helper()
	before := descriptors(t)
	asynctest.Run(t, main)
	require.Equal(t, before, descriptors(t), "descriptors are left open")
}

// descriptors returns how many this process has open, where that can be known.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	require.NoError(t, err)
	return len(entries)
}

// canceled calls fn with a context that is canceled when fn has suspended, and
// returns fn's error.
func canceled(t *testing.T, ctx context.Context, fn func(ctx context.Context) error) {
	t.Helper()
	task := async.GoEager(ctx, fn)
	require.False(t, task.Done(), "it has not suspended")
	task.Cancel()
	require.True(t, async.IsCanceled(task.Wait(ctx)))
}
