package monitorhttp_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

const token = "a-token-for-tests"

// withHandler runs f in a loop in virtual time that is looked at.
func withHandler(t *testing.T, f func(ctx context.Context, h *monitorhttp.Handler)) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Name: "test"})
		defer m.Detach()
		f(ctx, monitorhttp.New(m, monitorhttp.Options{Token: token}))
	})
}

// request makes a request of this machine's own page.
func request(method, path string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	r.Host, r.RemoteAddr = "127.0.0.1:8080", "127.0.0.1:40000"
	return r
}

// trusted makes a request with the token.
func trusted(method, path string) *http.Request {
	r := request(method, path)
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// get returns what h answers as JSON.
func get[T any](t testing.TB, h http.Handler, path string) (v T) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, trusted("GET", path))
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &v))
	return v
}

// start starts n tasks that sleep for an hour.
func start(ctx context.Context, n int) []*async.Task[async.Void] {
	tasks := make([]*async.Task[async.Void], n)
	for i := range tasks {
		tasks[i] = async.Go(ctx, sleeper)
	}
	_ = async.Yield(ctx)
	return tasks
}

// names returns the names of rows, each below others indented.
func names(v monitorhttp.View) (all []string) {
	for _, r := range v.Rows {
		all = append(all, strings.Repeat("  ", r.Depth)+r.Name)
	}
	return all
}
