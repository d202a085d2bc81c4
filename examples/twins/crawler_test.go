package twins_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

var pages = map[string][]string{
	"/":  {"/a", "/b"},
	"/a": {"/b", "/c"},
	"/b": {"/", "/d"},
	"/c": {},
	"/d": {"/a", "/gone"},
}

var errGone = errors.New("is not there")

func links(ctx context.Context, page string) ([]string, error) {
	if err := async.Sleep(ctx, time.Duration(10*len(page)+len(pages[page]))*100*time.Millisecond); err != nil {
		return nil, err
	}
	if pages[page] == nil {
		return nil, fmt.Errorf("%s %w", page, errGone)
	}
	fmt.Println("read", page)
	return pages[page], nil
}

func crawl(ctx context.Context, start string) (seen map[string]bool, broken []string, err error) {
	seen = map[string]bool{start: true}
	tg := async.TaskGroup{Limit: 2}
	var visit func(ctx context.Context, page string) error
	visit = func(ctx context.Context, page string) error {
		found, err := links(ctx, page)
		if errors.Is(err, errGone) {
			broken = append(broken, err.Error())
			return nil
		}
		for _, next := range found {
			if !seen[next] {
				seen[next] = true
				tg.Go(async.Bind(visit, next))
			}
		}
		return err
	}
	err = tg.Do(ctx, async.Bind(visit, start))
	return seen, broken, err
}

// The crawler that docs/from-errgroup.md brings over from errgroup, with a
// limit and with pages that are not there.
func Example_crawler() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		seen, broken, err := crawl(ctx, "/")
		fmt.Printf("%d pages, %s\n", len(seen), strings.Join(broken, "; "))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// read /
	// read /a
	// read /b
	// read /c
	// read /d
	// 6 pages, /gone is not there
}
