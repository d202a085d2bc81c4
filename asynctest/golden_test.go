package asynctest_test

import (
	"context"
	"flag"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// chatter is a small program with a bit of everything.
func chatter(ctx context.Context) string {
	tr := asynctest.Record(ctx)
	defer tr.Stop()
	future := async.NewFuture[int](ctx)
	waiter := async.Go(ctx, future.Wait)
	sleeper := async.Go(ctx, func(ctx context.Context) error { return async.Sleep(ctx, 2*time.Second) })
	_ = async.Yield(ctx)
	tr.Notef("the result is set")
	_ = future.SetResult(42)
	_ = waiter.Wait(ctx)
	_ = async.Sleep(ctx, time.Second)
	sleeper.Cancel()
	_ = sleeper.Wait(ctx)
	return tr.String()
}

func TestTraceIsAsItWas(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) { asynctest.Golden(t, chatter(ctx)) })
}

func TestGoldenShowsTheFirstDifference(t *testing.T) {
	setUpdate(t, false)
	r := record(t, func(t testing.TB) { asynctest.Golden(named{t, "TestTraceIsAsItWas"}, "0s  another\n") })
	require.True(t, r.failed)
	require.Contains(t, r.all(), "\n- 0s  Task-2 ((*Future).Wait) is started by Task-1\n")
	require.Contains(t, r.all(), "\n+ 0s  another\n")
}

func TestGoldenAsksForTheFileThatIsMissing(t *testing.T) {
	setUpdate(t, false)
	r := record(t, func(t testing.TB) { asynctest.Golden(t, "something") })
	require.Contains(t, r.all(), "-asynctest.update")
}

func TestGoldenWritesItsFileWithTheFlag(t *testing.T) {
	t.Chdir(t.TempDir())
	setUpdate(t, true)
	asynctest.Golden(t, "first\n")
	setUpdate(t, false)
	asynctest.Golden(t, "first\n")
	require.True(t, record(t, func(t testing.TB) { asynctest.Golden(t, "second\n") }).failed)
}

// setUpdate sets the flag until the test ends.
func setUpdate(t *testing.T, on bool) {
	f := flag.Lookup("asynctest.update")
	before := f.Value.String()
	require.NoError(t, f.Value.Set(strconv.FormatBool(on)))
	t.Cleanup(func() { _ = f.Value.Set(before) })
}

// named is a test by another name.
type named struct {
	testing.TB
	name string
}

func (n named) Name() string { return n.name }
