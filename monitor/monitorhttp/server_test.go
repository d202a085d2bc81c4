package monitorhttp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

// serve runs a loop with a server, and calls f off the loop meanwhile.
func serve(t *testing.T, o monitorhttp.Options, f func(s *monitorhttp.Server, portal *async.Portal)) {
	err := async.Run(t.Context(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{SlowStep: 20 * time.Millisecond, Patience: 20 * time.Millisecond})
		defer m.Detach()
		s, err := monitorhttp.Start(m, o)
		require.NoError(t, err)
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		err = async.ToThread(ctx, func(context.Context) error {
			defer http.DefaultClient.CloseIdleConnections()
			f(s, portal)
			return nil
		})
		require.NoError(t, s.Close())
		return err
	})
	require.NoError(t, err)
}

// call asks a server for a path, with the token.
func call(t *testing.T, s *monitorhttp.Server, path string) *http.Response {
	base, _, _ := strings.Cut(s.URL(), "?")
	r, err := http.NewRequest("GET", base+path, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+s.Handler().Token())
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	return answer
}

func TestServerAnswersWhileAStepHoldsTheBaton(t *testing.T) {
	serve(t, monitorhttp.Options{}, func(s *monitorhttp.Server, portal *async.Portal) {
		holds, goOn := make(chan struct{}), make(chan struct{})
		held := async.Submit(portal, func(context.Context) (int, error) {
			close(holds)
			<-goOn
			return 0, nil
		})
		<-holds
		var v monitorhttp.View
		for v.Holder == nil || !v.Outside || len(v.Warnings) == 0 {
			answer := call(t, s, "api/view")
			v = monitorhttp.View{}
			require.NoError(t, json.NewDecoder(answer.Body).Decode(&v))
			require.NoError(t, answer.Body.Close())
		}
		require.Contains(t, stackOf(v.Holder), "TestServerAnswersWhileAStepHoldsTheBaton")
		close(goOn)
		_, err := held.Wait(context.Background())
		require.NoError(t, err)
	})
}

func stackOf(h *monitor.Holder) string {
	var b strings.Builder
	for _, p := range h.Stack {
		b.WriteString(p.Function + "\n")
	}
	return b.String()
}

func TestLiveSendsViewsUntilTheViewerGoes(t *testing.T) {
	serve(t, monitorhttp.Options{Viewers: 1}, func(s *monitorhttp.Server, _ *async.Portal) {
		answer := call(t, s, "api/live?every=200")
		require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 1<<20)
		views := 0
		for views < 2 && lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var v monitorhttp.View
				require.NoError(t, json.Unmarshal([]byte(data), &v))
				require.NotEmpty(t, v.Rows)
				views++
			}
		}
		require.Equal(t, 2, views)
		refused := call(t, s, "api/live")
		require.Equal(t, http.StatusServiceUnavailable, refused.StatusCode)
		require.NoError(t, refused.Body.Close())
		require.NoError(t, answer.Body.Close())
	})
}

func TestServerCloseEndsViewers(t *testing.T) {
	serve(t, monitorhttp.Options{}, func(s *monitorhttp.Server, _ *async.Portal) {
		answer := call(t, s, "api/live")
		require.NoError(t, s.Close())
		_, err := bufio.NewReader(answer.Body).ReadString(0)
		require.Error(t, err)
		require.NoError(t, answer.Body.Close())
	})
}

func TestSocketIsTheOwnersAlone(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "loop.sock")
	serve(t, monitorhttp.Options{Socket: socket}, func(s *monitorhttp.Server, _ *async.Portal) {
		info, err := os.Stat(socket)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		}}}
		defer client.CloseIdleConnections()
		answer, err := client.Get("http://loop/api/stats")
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.StatusCode, "no token is asked for")
		require.NoError(t, answer.Body.Close())

		second := monitorhttp.Options{Socket: socket}
		_, err = monitorhttp.Start(nil, second)
		require.ErrorContains(t, err, "is served by another program")
	})
	require.NoFileExists(t, socket)
}

func TestSocketOfADeadProgramIsReplaced(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "loop.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	require.NoError(t, err)
	l.SetUnlinkOnClose(false)
	require.NoError(t, l.Close())
	serve(t, monitorhttp.Options{Socket: socket}, func(*monitorhttp.Server, *async.Portal) {})
}
