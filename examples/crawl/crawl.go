package main

import (
	"bytes"
	"context"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/time/rate"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// page is an address and what came of it.
type page struct {
	url   string
	title string // "": it has none
	err   error
	asked bool
}

// crawler looks for the titles of pages.
type crawler struct {
	client *asynchttp.Client
	pace   pace
	done   func() // is called for each page
}

// crawl asks for pages with so many workers, which share the list of what is to
// be done without a lock: between two awaits nobody else runs.
func (c *crawler) crawl(ctx context.Context, urls []string, parallel int) ([]page, error) {
	pages := make([]page, len(urls))
	for i, url := range urls {
		pages[i].url = url
	}
	rest := pages
	worker := func(ctx context.Context) error {
		for len(rest) > 0 {
			p := &rest[0]
			rest = rest[1:]
			p.title, p.err = c.title(ctx, p.url)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			p.asked = true
			c.done()
		}
		return nil
	}
	err := async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
		for range min(parallel, len(pages)) {
			tg.Go(worker)
		}
		return nil
	})
	return asked(pages), err
}

// asked returns the pages that were asked for, before an interrupt maybe.
func asked(pages []page) (all []page) {
	for _, p := range pages {
		if p.asked {
			all = append(all, p)
		}
	}
	return all
}

// title asks for a page, and looks for its title.
func (c *crawler) title(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if err := c.pace.wait(ctx, u.Host); err != nil {
		return "", err
	}
	data, err := c.client.GetBytes(ctx, address)
	if err != nil {
		return "", err
	}
	return async.ToThreadValue(ctx, func(context.Context) (string, error) { // a large page takes its time
		root, err := html.Parse(bytes.NewReader(data))
		if err != nil {
			return "", err
		}
		return titleOf(root), nil
	})
}

// titleOf returns the text of the first title, with its white space made one
// line.
func titleOf(root *html.Node) string {
	for n := range root.Descendants() {
		if n.DataAtom == atom.Title && n.FirstChild != nil {
			return strings.Join(strings.Fields(n.FirstChild.Data), " ")
		}
	}
	return ""
}

// pace keeps the requests to a host apart.
type pace struct {
	each  rate.Limit
	hosts map[string]*rate.Limiter
}

// wait suspends until a host may be asked. The limiter says how long; its own
// Wait would hold the baton.
func (p *pace) wait(ctx context.Context, host string) error {
	if p.hosts == nil {
		p.hosts = map[string]*rate.Limiter{}
	}
	limiter := p.hosts[host]
	if limiter == nil {
		limiter = rate.NewLimiter(p.each, 1)
		p.hosts[host] = limiter
	}
	now := async.RunningLoop(ctx).Now()
	turn := limiter.ReserveN(now, 1)
	delay := turn.DelayFrom(now)
	if delay == 0 {
		return nil
	}
	if err := async.Sleep(ctx, delay); err != nil {
		turn.Cancel()
		return err
	}
	return nil
}
