package deferred_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/deferred"
)

// getPage fetches a page, or fails, after a second.
func getPage(ctx context.Context, url string) *deferred.Deferred[string] {
	d := deferred.New[string](ctx)
	async.RunningLoop(ctx).CallLater(time.Second, func() {
		if strings.HasPrefix(url, "https:") {
			_ = d.Callback("<html>" + url + "</html>")
		} else {
			_ = d.Errback(errors.New("no such host"))
		}
	})
	return d
}

// A page with a callback, an errback, and a link for both.
func Example() {
	printPage := func(page string) error {
		fmt.Println("Page")
		fmt.Println("Size of the returned page is", len(page))
		return nil
	}
	printError := func(err error) error {
		fmt.Println("Error:", err)
		return nil
	}
	stop := func(string, error) error {
		fmt.Println("stop")
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		for _, url := range []string{"https://example.com", "gopher://example.com"} {
			d := getPage(ctx, url)
			d.AddCallbacks(printPage, printError)
			d.AddBoth(stop)
			if err := d.Wait(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Page
	// Size of the returned page is 32
	// stop
	// Error: no such host
	// stop
}
