package twins_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

var errAway = errors.New("away")

type site struct {
	limiter  *primitives.Semaphore
	failures map[int]int
}

func (s *site) fetch(ctx context.Context, page int) (string, error) {
	return primitives.WithValue(ctx, s.limiter, func(ctx context.Context) (string, error) {
		if err := async.Sleep(ctx, time.Second+time.Duration(page)*100*time.Millisecond); err != nil {
			return "", err
		}
		if s.failures[page] > 0 {
			s.failures[page]--
			return "", fmt.Errorf("page %d is %w", page, errAway)
		}
		return fmt.Sprint("page ", page), nil
	})
}

func (s *site) retrying(ctx context.Context, page int) (string, error) {
	for delay := time.Second; ; delay *= 2 {
		text, err := s.fetch(ctx, page)
		if !errors.Is(err, errAway) {
			return text, err
		}
		fmt.Printf("%v: again in %v\n", err, delay)
		if err := async.Sleep(ctx, delay); err != nil {
			return "", err
		}
	}
}

// A limit for what runs at once, retries with backoff, and a limit for the time
// of all.
func Example_retries() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		s := &site{primitives.NewSemaphore(2), map[int]int{2: 2, 5: 1}}
		pages, err := async.TimeoutValue(ctx, 30*time.Second, func(ctx context.Context) ([]string, error) {
			return async.Map(ctx, 0, []int{1, 2, 5}, s.retrying)
		})
		fmt.Println(strings.Join(pages, ", "))
		if err != nil {
			return err
		}
		s.failures[2] = 99
		_, err = async.WaitFor(ctx, async.BindValue(s.retrying, 2), 8*time.Second)
		return err
	})
	if errors.Is(err, async.ErrTimeout) {
		fmt.Println("it took too long")
	}
	// Output:
	// page 2 is away: again in 1s
	// page 5 is away: again in 1s
	// page 2 is away: again in 2s
	// page 1, page 2, page 5
	// page 2 is away: again in 1s
	// page 2 is away: again in 2s
	// page 2 is away: again in 4s
	// it took too long
}
