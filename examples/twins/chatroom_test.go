package twins_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

type inbox = primitives.Queue[string]

// A room is plain state of the loop. The list keeps an order, which a map has
// not.
type room struct{ members []*inbox }

func (r *room) say(format string, args ...any) {
	for _, in := range r.members {
		_ = in.PutNowait(fmt.Sprintf(format, args...))
	}
}

func (r *room) read(ctx context.Context, name string, in *inbox) error {
	for line, err := range in.All(ctx) {
		if err != nil {
			return err
		}
		fmt.Println(name, "reads:", line)
	}
	return nil
}

func (r *room) join(ctx context.Context, name string, delays []time.Duration, lines []string) error {
	in := new(inbox)
	r.members = append(r.members, in)
	reader := async.Go(ctx, async.Bind2(r.read, name, in))
	r.say("%s joins", name)
	defer func() {
		r.members = slices.DeleteFunc(r.members, func(other *inbox) bool { return other == in })
		reader.Cancel()
		r.say("%s leaves", name)
	}()
	for i, line := range lines {
		if err := async.Sleep(ctx, delays[i]*time.Second); err != nil {
			return err
		}
		r.say("%s: %s", name, line)
	}
	return nil
}

// The members of a room share it without a mutex, and hear each other in the
// order in which they speak.
func Example_chatRoom() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		r := new(room)
		return async.WithTaskGroup(ctx, func(_ context.Context, tg *async.TaskGroup) error {
			tg.Go(async.Bind3(r.join, "Ann", []time.Duration{2, 3}, []string{"hello", "bye"}))
			tg.Go(async.Bind3(r.join, "Bob", []time.Duration{1, 5}, []string{"anybody here?", "so long"}))
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Ann reads: Ann joins
	// Ann reads: Bob joins
	// Bob reads: Bob joins
	// Ann reads: Bob: anybody here?
	// Bob reads: Bob: anybody here?
	// Ann reads: Ann: hello
	// Bob reads: Ann: hello
	// Bob reads: Ann: bye
	// Bob reads: Ann leaves
}
