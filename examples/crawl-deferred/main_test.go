package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCrawlFetchesEveryPageWithAtMostSoManyAtATime(t *testing.T) {
	var now, most atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		defer now.Add(-1)
		if r.URL.Path == "/missing" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, strings.Repeat("x", len(r.URL.Path)))
	}))
	defer server.Close()
	defer http.DefaultClient.CloseIdleConnections()

	var urls []string
	for i := range 20 {
		urls = append(urls, fmt.Sprintf("%s/page-%02d", server.URL, i))
	}
	urls = append(urls, server.URL+"/missing", "http://127.0.0.1:0/nobody")
	var out strings.Builder
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		return crawl(ctx, &out, 3, urls)
	}))

	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, len(urls))
	for _, url := range urls[:20] {
		require.Contains(t, lines, url+": 8 bytes")
	}
	require.Contains(t, lines, server.URL+"/missing: error: status 404 Not Found")
	require.True(t, slices.ContainsFunc(lines, func(s string) bool {
		return strings.HasPrefix(s, "http://127.0.0.1:0/nobody: error: ")
	}))
	require.LessOrEqual(t, most.Load(), int64(3))
}
