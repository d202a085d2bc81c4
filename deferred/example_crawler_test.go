package deferred_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/deferred"
)

// A crawler fetches the pages of a queue, at most limit at a time. Its state
// needs no lock: callbacks of one loop run one at a time.
type crawler struct {
	queue    []string
	limit    int
	parallel int
	done     *deferred.Deferred[struct{}]
	fetch    func(url string) *deferred.Deferred[string]
}

func (c *crawler) processQueue() {
	for c.parallel < c.limit && len(c.queue) > 0 {
		url := c.queue[0]
		c.queue = c.queue[1:]
		c.parallel++
		fmt.Println("start", url, "parallel:", c.parallel)
		c.fetch(url).AddCallbacks(c.printPage, c.printError).AddBoth(c.next)
	}
	if c.parallel == 0 {
		_ = c.done.Callback(struct{}{})
	}
}

func (c *crawler) printPage(page string) error {
	fmt.Println("page size:", len(page))
	return nil
}

func (c *crawler) printError(err error) error {
	fmt.Println("error:", err)
	return nil
}

func (c *crawler) next(string, error) error {
	c.parallel--
	c.processQueue()
	return nil
}

func Example_crawler() {
	sizes := map[string]int{"/": 3, "/docs": 10, "/library": 7}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		fetch := func(url string) *deferred.Deferred[string] {
			d := deferred.New[string](ctx)
			size, ok := sizes[url]
			async.RunningLoop(ctx).CallLater(time.Duration(size)*time.Second, func() {
				if !ok {
					_ = d.Errback(errors.New("not found"))
					return
				}
				_ = d.Callback(fmt.Sprintf("%*s", size, ""))
			})
			return d
		}
		c := &crawler{
			queue: []string{"/", "/docs", "/missing", "/library"},
			limit: 2,
			done:  deferred.New[struct{}](ctx),
			fetch: fetch,
		}
		c.processQueue()
		return c.done.Wait(ctx)
	})
	fmt.Println("----done---", err)
	// Output:
	// start / parallel: 1
	// start /docs parallel: 2
	// page size: 3
	// start /missing parallel: 2
	// error: not found
	// start /library parallel: 2
	// page size: 10
	// page size: 7
	// ----done--- <nil>
}
