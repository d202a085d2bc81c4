// Crawl-deferred is Twisted's crawler: it fetches pages with at most so many at
// a time, by callbacks on Deferreds.
//
//	crawl-deferred [-parallel 3] URL...
//
// Callbacks of one loop run one at a time, so the crawler's counter and queue
// need no lock.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/gobaton/async"
	"github.com/gobaton/async/deferred"
)

func main() {
	parallel := flag.Int("parallel", 3, "how many pages to fetch at a time")
	flag.Parse()
	if flag.NArg() == 0 || *parallel < 1 {
		fmt.Fprintln(os.Stderr, "usage: crawl-deferred [-parallel N] URL...")
		os.Exit(2)
	}
	err := async.Run(context.Background(), func(ctx context.Context) error {
		return crawl(ctx, os.Stdout, *parallel, flag.Args())
	})
	if err != nil {
		log.Fatal(err)
	}
}

// crawler holds the state that its callbacks share.
type crawler struct {
	ctx      context.Context
	out      io.Writer
	queue    []string
	limit    int
	parallel int
	done     *deferred.Deferred[async.Void]
}

// crawl fetches the pages and returns when the last has come or failed.
func crawl(ctx context.Context, out io.Writer, limit int, urls []string) error {
	c := &crawler{ctx: ctx, out: out, queue: urls, limit: limit, done: deferred.New[async.Void](ctx)}
	c.processQueue()
	return c.done.Wait(ctx)
}

func (c *crawler) processQueue() {
	for c.parallel < c.limit && len(c.queue) > 0 {
		url := c.queue[0]
		c.queue = c.queue[1:]
		c.parallel++
		page := getPage(c.ctx, url)
		page.AddCallbacks(c.printSize(url), c.printError(url))
		page.AddBoth(c.next)
	}
	if c.parallel == 0 {
		_ = c.done.Callback(async.Void{})
	}
}

func (c *crawler) printSize(url string) func(page []byte) error {
	return func(page []byte) error {
		_, err := fmt.Fprintf(c.out, "%s: %d bytes\n", url, len(page))
		return err
	}
}

func (c *crawler) printError(url string) func(err error) error {
	return func(err error) error {
		_, err = fmt.Fprintf(c.out, "%s: error: %v\n", url, err)
		return err
	}
}

// next makes room for another page, be it that one has come or failed.
func (c *crawler) next(_ []byte, err error) error {
	c.parallel--
	c.processQueue()
	return err
}

// getPage fetches a page off the loop; its Deferred's Cancel ends the request.
func getPage(ctx context.Context, url string) *deferred.Deferred[[]byte] {
	return deferred.From[[]byte](ctx, async.Coro[[]byte](func(ctx context.Context) ([]byte, error) {
		return async.ToThreadValue(ctx, func(ctx context.Context) ([]byte, error) { return fetch(ctx, url) })
	}))
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s", response.Status)
	}
	return io.ReadAll(response.Body)
}
