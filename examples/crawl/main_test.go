package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/time/rate"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynctest"
)

// role says that this program is to be the command itself.
const role = "CRAWL_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(role) != "" {
		main()
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// crawl runs the command of this folder.
func crawl(args ...string) (stdout string, err error) {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), role+"=1")
	out, err := cmd.Output()
	return string(out), err
}

func write(t *testing.T, lines ...string) (name string) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "urls.txt")
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return name
}

func TestCrawlPrintsTheTitlesInTheOrderOfTheFile(t *testing.T) {
	var urls, want []string
	for i := range 20 {
		urls = append(urls, fmt.Sprintf("https://host%d.example/%d", i%3, i))
		want = append(want, fmt.Sprintf("https://host%d.example/%d - Page /%d of host%d.example\n", i%3, i, i, i%3))
	}
	out, err := crawl("-rate", "1000", "15", "4", write(t, urls...))
	require.NoError(t, err)
	require.Equal(t, strings.Join(want[:15], ""), out)
}

func TestAPageThatFailsOrHasNoTitleIsTold(t *testing.T) {
	out, err := crawl("-rate", "1000", "10", "3", write(t, "http://a.example/missing", "http://a.example/untitled", "", "not://an.address", "http://a.example/ok"))
	require.NoError(t, err)
	lines := strings.Split(out, "\n")
	require.Contains(t, lines[0], "http://a.example/missing - error: asynchttp: status 404")
	require.Equal(t, "http://a.example/untitled - Missing", lines[1])
	require.Contains(t, lines[2], "not://an.address - ")
	require.Equal(t, "http://a.example/ok - Page /ok of a.example", lines[3])
}

func TestWrongArgumentsAreTold(t *testing.T) {
	for _, args := range [][]string{{}, {"x", "1", "f"}, {"1", "0", "f"}, {"1", "1", "/no/such/file"}} {
		_, err := crawl(args...)
		require.Error(t, err)
	}
}

// counting counts the requests under way.
type counting struct {
	http.RoundTripper
	now, most atomic.Int32
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	now := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); now > most && !c.most.CompareAndSwap(most, now); most = c.most.Load() {
	}
	return c.RoundTripper.RoundTrip(r)
}

func TestNoMoreRequestsThanWorkersAreUnderWay(t *testing.T) {
	server := startServer()
	defer server.Close()
	carrier := &counting{RoundTripper: inside(server)}
	urls := make([]string, 100)
	for i := range urls {
		urls[i] = fmt.Sprint("http://a.example/", i)
	}
	done := 0
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		c := &crawler{client: &asynchttp.Client{Transport: carrier}, pace: pace{each: rate.Inf}, done: func() { done++ }}
		pages, err := c.crawl(ctx, urls, 7)
		require.Len(t, pages, 100)
		for _, p := range pages {
			require.NoError(t, p.err)
		}
		return err
	}))
	require.Equal(t, 100, done)
	require.LessOrEqual(t, carrier.most.Load(), int32(7))
}

func TestAHostIsAskedNoMoreOftenThanItLikes(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		p := pace{each: 2}
		loop := async.RunningLoop(ctx)
		start := loop.Time()
		for range 5 {
			require.NoError(t, p.wait(ctx, "a"))
			require.NoError(t, p.wait(ctx, "b"))
		}
		require.Equal(t, 2*time.Second, loop.Time()-start)
	})
}
