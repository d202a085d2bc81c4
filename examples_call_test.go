package async_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/gobaton/async"
)

// counter serves requests on goroutines of net/http's, and counts them in a
// loop, without a mutex.
type counter struct {
	portal *async.Portal
	visits map[string]int
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n, err := async.CallValue(r.Context(), c.portal, func(ctx context.Context) (int, error) {
		c.visits[r.URL.Path]++
		return async.SleepValue(ctx, time.Millisecond, c.visits[r.URL.Path]) // whatever awaits
	})
	fmt.Fprintln(w, r.URL.Path, n, err)
}

// A handler runs what touches shared state in a loop. If the client goes away,
// the task is canceled. See examples/server for a whole server.
func ExampleCallValue() {
	var runner async.Runner
	defer runner.Close()
	site := &counter{portal: runner.Start(context.Background()), visits: map[string]int{}}

	for _, path := range []string{"/", "/about", "/"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Print(w.Body)
	}
	// Output:
	// / 1 <nil>
	// /about 1 <nil>
	// / 2 <nil>
}

// Call runs a function in a loop from any goroutine.
func ExampleCall() {
	var runner async.Runner
	defer runner.Close()
	portal := runner.Start(context.Background())

	err := async.Call(context.Background(), portal, func(ctx context.Context) error {
		fmt.Println("in the loop, as", async.CurrentTask(ctx).Name())
		return nil
	})
	fmt.Println(err)
	// Output:
	// in the loop, as Task-1
	// <nil>
}
