package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
	"github.com/gobaton/async/primitives"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// attach runs a program with workers at a lock, and calls f with its socket.
func attach(t *testing.T, f func(socket string)) {
	socket := filepath.Join(t.TempDir(), "s")
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "office"})
		defer m.Detach()
		s, err := monitorhttp.Start(m, monitorhttp.Options{Socket: socket})
		if err != nil {
			return err
		}
		defer s.Close()
		var lock primitives.Lock
		for i := range 5 {
			async.Go(async.Named(ctx, fmt.Sprintf("worker-%d", i+1)), func(ctx context.Context) error {
				return lock.With(ctx, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
			})
		}
		if err := async.Sleep(ctx, 0); err != nil { // let them begin
			return err
		}
		return async.ToThread(ctx, func(context.Context) error {
			defer http.DefaultClient.CloseIdleConnections()
			f(socket)
			return nil
		})
	}))
}

// output returns what the program prints for arguments.
func output(t *testing.T, socket string, arguments ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	require.NoError(t, run(context.Background(), append([]string{"-socket", socket}, arguments...), &out, &complaints))
	require.Empty(t, complaints.String())
	return out.String()
}

func TestPsListsTheTasksThatAFilterKeeps(t *testing.T) {
	attach(t, func(socket string) {
		all := output(t, socket, "ps")
		require.Contains(t, all, "worker-1")
		require.Contains(t, all, "WAITS FOR")
		some := output(t, socket, "ps", "name:worker-3")
		require.Contains(t, some, "worker-3")
		require.NotContains(t, some, "worker-1 ")
	})
}

func TestPstreeFoldsWhatIsAlike(t *testing.T) {
	attach(t, func(socket string) {
		tree := output(t, socket, "pstree")
		require.Contains(t, tree, "office: 6 tasks")
		require.Contains(t, tree, "4 × worker-2 … worker-5")
		require.Contains(t, tree, "─ worker-1")
		some := output(t, socket, "pstree", "name:worker-1")
		require.NotContains(t, some, "worker-2")
		require.Contains(t, some, "Task-1")
	})
}

func TestWhereShowsTheWayToWhatBlocksATask(t *testing.T) {
	attach(t, func(socket string) {
		text := output(t, socket, "where", "4")
		require.Contains(t, text, "worker-3")
		require.Contains(t, text, "worker-1 waits for a timer")
		require.Contains(t, text, "main_test.go")
	})
}

func TestCancelEndsATask(t *testing.T) {
	attach(t, func(socket string) {
		require.Contains(t, output(t, socket, "cancel", "2", "it", "hangs"), "was asked to stop")
		require.Contains(t, output(t, socket, "where", "2"), "has ended: canceled")
	})
}

func TestMistakesAreTold(t *testing.T) {
	attach(t, func(socket string) {
		for _, test := range []struct {
			arguments []string
			says      string
		}{
			{[]string{"-socket", socket, "where"}, "which task?"},
			{[]string{"-socket", socket, "where", "x"}, "is not the number of a task"},
			{[]string{"-socket", socket, "where", "99"}, "there is no task 99"},
			{[]string{"-socket", socket, "cancel", "99"}, "no task of that number"},
			{[]string{"-socket", socket, "dance"}, "there is no command dance"},
			{[]string{"-socket", socket + "x", "ps"}, "does the program run"},
			{[]string{"ps"}, "which program?"},
			{[]string{"-x"}, "not defined"},
		} {
			var out, complaints bytes.Buffer
			require.ErrorContains(t, run(context.Background(), test.arguments, &out, &complaints), test.says)
		}
	})
}

func TestTimesAreShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", 3 * time.Microsecond: "3µs", 20 * time.Millisecond: "20ms", 1500 * time.Millisecond: "1.5s",
		42 * time.Second: "42s", 90 * time.Second: "1m30s", 90 * time.Minute: "1h30m", 50 * time.Hour: "2d2h",
	} {
		require.Equal(t, want, short(d))
	}
}
