package twins_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// A topic keeps a list: a map has no order.
type topic struct{ subscribers []*primitives.Queue[int] }

func (t *topic) publish(message int) {
	for _, queue := range t.subscribers {
		if queue.Full() {
			_, _ = queue.GetNowait()
		}
		_ = queue.PutNowait(message)
	}
}

func (t *topic) listen(ctx context.Context, size int) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		queue := primitives.NewQueue[int](size)
		t.subscribers = append(t.subscribers, queue)
		defer func() {
			t.subscribers = slices.DeleteFunc(t.subscribers, func(q *primitives.Queue[int]) bool { return q == queue })
		}()
		queue.All(ctx)(yield)
	}
}

func (t *topic) read(ctx context.Context, name string, size int, pause time.Duration) error {
	for message, err := range t.listen(ctx, size) {
		if err != nil {
			return err
		}
		fmt.Println(name, "got", message)
		if err := async.Sleep(ctx, pause); err != nil {
			return err
		}
	}
	return nil
}

// Publish and subscribe: each reader has a queue of its own, and one that is
// too slow misses the oldest.
func Example_publishAndSubscribe() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		t := new(topic)
		quick := async.Go(ctx, async.Bind3(t.read, "quick", 0, 0))
		slow := async.Go(ctx, async.Bind3(t.read, "slow", 1, 2500*time.Millisecond))
		for n := range 5 {
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			t.publish(n)
		}
		if err := async.Sleep(ctx, 5*time.Second); err != nil {
			return err
		}
		for _, task := range []*async.Task[async.Void]{quick, slow} {
			task.Cancel()
		}
		_, err := async.GatherSettled(ctx, quick, slow)
		fmt.Println("subscribers:", len(t.subscribers))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// quick got 0
	// slow got 0
	// quick got 1
	// quick got 2
	// slow got 2
	// quick got 3
	// quick got 4
	// slow got 4
	// subscribers: 0
}
