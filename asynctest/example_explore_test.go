package asynctest_test

import (
	"context"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// account is shared by the tasks of a test.
type account struct{ balance int }

func (a *account) deposit(ctx context.Context) error {
	before := a.balance
	if err := async.Yield(ctx); err != nil { // asks the server
		return err
	}
	a.balance = before + 1
	return nil
}

func (a *account) lateDeposit(ctx context.Context) error {
	if err := async.Yield(ctx); err != nil {
		return err
	}
	if err := async.Yield(ctx); err != nil {
		return err
	}
	return a.deposit(ctx)
}

// Two deposits: each reads the balance, asks a server, and writes the new
// balance. In the order in which they are started the test passes; Explore
// finds one in which a deposit is lost, and shows it. A star marks a step at
// which the order is another, an arrow that at which the test fails.
func ExampleExplore() {
	test := func(t testing.TB) {
		asynctest.Explore(t, func(t testing.TB, ctx context.Context) {
			var a account
			first, second := async.Go(ctx, a.deposit), async.Go(ctx, a.lateDeposit)
			if _, err := async.Gather(ctx, first, second); err != nil {
				t.Fatal(err)
			}
			if a.balance != 2 {
				t.Errorf("the balance is %d", a.balance)
			}
		})
	}
	test(printer{}) // a *testing.T, as a rule
	// Output:
	// asynctest: schedule 8 of 1000 fails (seed 1, found by: few delays)
	// Departures from asyncio's order: 1, shrunk to 1 in 4 tries.
	// - from step 3 on, Task-2 (at example_explore_test.go:16) has to wait for its 2nd turn until nothing else can run
	//
	//   step  time      the loop         Task-1 the test               Task-2 (*account).deposit     Task-3 (*account).lateDeposit
	//      1  0s                         starts Task-2
	//                                    starts Task-3
	//                                    waits for tasks in Gather
	//                                      example_explore_test.go:42
	//      2  0s                                                       yields
	//                                                                    example_explore_test.go:16
	//      3  0s                                                                                     yields
	//                                                                                                  example_explore_test.go:24
	// *    4  0s                                                                                     yields
	//                                                                                                  example_explore_test.go:27
	// *    5  0s                                                                                     yields
	//                                                                                                  example_explore_test.go:16
	// *    6  0s                                                                                     ends
	//      7  0s                                                       ends
	//      8  0s        tasks in Gather
	// >    9  0s                         FAILS: the balance is 1
	//                                    ends
	//
	//     example_explore_test.go:46: the balance is 1
	//
	// Run it again: ASYNC_REPLAY=d2.2 go test -run '^TestDeposit$' github.com/gobaton/async/asynctest
}
