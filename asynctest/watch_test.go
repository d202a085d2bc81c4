package asynctest_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

const hangs = "ASYNCTEST_HANGS"

func TestExploreEndsTheProcessForALoopWithoutAnAwait(t *testing.T) {
	if os.Getenv(hangs) != "" {
		asynctest.Explorer{StepTimeout: 200 * time.Millisecond}.Explore(t, func(t testing.TB, ctx context.Context) {
			ready := false
			async.Go(ctx, func(context.Context) error {
				//lint:ignore SA5002 in another order it is endless, which is to be shown
				for !ready {
				}
				return nil
			})
			async.Go(ctx, func(context.Context) error { ready = true; return nil })
			ready = asynctest.Choose(ctx, 2) == 0
		})
		return
	}
	again := exec.Command(os.Args[0], "-test.run=^TestExploreEndsTheProcessForALoopWithoutAnAwait$")
	again.Env = append(os.Environ(), hangs+"=1")
	out, err := again.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "a step has held the loop for 200ms and does not come back")
	require.Contains(t, string(out), "of the schedule x1.1=1")
	require.Regexp(t, `watch_test.go:\d+`, string(out))
}
