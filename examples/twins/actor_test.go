package twins_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

var errOverdrawn = errors.New("overdrawn")

type deposit struct {
	amount int
	reply  *async.Future[int]
}

type account struct {
	inbox   primitives.Queue[deposit]
	balance int
}

func (a *account) deposit(ctx context.Context, amount int) (int, error) {
	reply := async.NewFuture[int](ctx)
	_ = a.inbox.PutNowait(deposit{amount, reply})
	return reply.Await(ctx)
}

func (a *account) run(ctx context.Context) error {
	for d, err := range a.inbox.All(ctx) {
		if err != nil {
			return err
		}
		if a.balance+d.amount < 0 {
			d.reply.Cancel()
			return fmt.Errorf("%w by %d", errOverdrawn, -a.balance-d.amount)
		}
		a.balance += d.amount
		_ = d.reply.SetResult(a.balance)
	}
	return nil
}

func supervise(ctx context.Context, restarts int, run func(ctx context.Context) error) error {
	for attempt := range restarts {
		err := run(ctx)
		if !errors.Is(err, errOverdrawn) {
			return err
		}
		fmt.Println("restarts after", err)
		if err := async.Sleep(ctx, time.Second<<attempt); err != nil {
			return err
		}
	}
	return nil
}

// An actor: a task that owns its state, reads its inbox, and is started again
// when it fails.
func Example_actor() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		a := new(account)
		actor := async.Go(ctx, async.Bind2(supervise, 3, a.run))
		for _, amount := range []int{100, -150, 20, -30} {
			balance, err := a.deposit(ctx, amount)
			if async.IsCanceled(err) {
				fmt.Println("refused", amount)
				continue
			}
			fmt.Println("balance", balance)
		}
		actor.Cancel()
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// balance 100
	// restarts after overdrawn by 50
	// refused -150
	// balance 120
	// balance 90
}
