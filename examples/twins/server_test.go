package twins_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gobaton/async"
)

type counter struct {
	portal *async.Portal
	visits map[string]int
}

func (c *counter) count(ctx context.Context, path string) (int, error) {
	c.visits[path]++
	return async.SleepValue(ctx, time.Millisecond, c.visits[path])
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := async.CallValue(r.Context(), c.portal, async.BindValue(c.count, r.URL.Path))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fmt.Fprint(w, r.URL.Path, " ", n)
}

func get(_ context.Context, url string) (string, error) {
	response, err := http.Get(url)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// Handlers of net/http's share plain state through a loop. The program
// examples/server has long polls and drains on SIGTERM, too.
func Example_server() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		server := httptest.NewServer(&counter{portal, map[string]int{}})
		defer http.DefaultClient.CloseIdleConnections()
		defer server.Close()
		for _, path := range []string{"/", "/about", "/"} {
			text, err := async.ToThreadValue(ctx, async.BindValue(get, server.URL+path))
			if err != nil {
				return err
			}
			fmt.Println(text)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// / 1
	// /about 1
	// / 2
}
