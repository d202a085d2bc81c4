package primitives_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tick is the unit of virtual time in these tests.
const tick = time.Second

// A journal is what happened, in order.
type journal []string

func (j *journal) add(format string, args ...any) { *j = append(*j, fmt.Sprintf(format, args...)) }

// start runs fn as a task that is named.
func start(ctx context.Context, name string, fn func(ctx context.Context) error) *async.Task[async.Void] {
	t := async.Go(ctx, fn)
	t.SetName(name)
	return t
}

// settle lets every task run until all wait.
func settle(ctx context.Context) {
	for range 20 {
		_ = async.Yield(ctx)
	}
}

// wait requires that the tasks end without an error.
func wait(t *testing.T, ctx context.Context, tasks ...*async.Task[async.Void]) {
	t.Helper()
	for _, task := range tasks {
		require.NoError(t, task.Wait(ctx), task.Name())
	}
}

// misuse requires that f panics, in the words of this library, and names the
// fix.
func misuse(t *testing.T, fix string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		text, _ := recover().(string)
		require.True(t, strings.HasPrefix(text, "async: "), "panic: %q", text)
		require.Contains(t, text, fix)
	}()
	f()
	t.Error("no panic")
}

// deadlock runs main until nothing can wake anybody, and returns the report.
func deadlock(t *testing.T, r async.Runner, main func(ctx context.Context) error) string {
	t.Helper()
	r.Clock = asynctest.NewClock()
	err := r.Run(context.Background(), main)
	require.ErrorIs(t, err, async.ErrDeadlock)
	require.NoError(t, r.Close())
	return err.Error()
}

// ignore makes nothing of a cancellation.
func ignore(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
