package primitives_test

import (
	"context"
	"fmt"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/primitives"
)

// Two critical sections behind a lock: the second begins when the first has
// ended.
func ExampleLock() {
	var lock primitives.Lock
	criticalSection := func(ctx context.Context) error {
		return lock.With(ctx, func(ctx context.Context) error {
			fmt.Println("Entering critical section")
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			fmt.Println("Exiting critical section")
			return nil
		})
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, async.Func(criticalSection), async.Func(criticalSection))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Entering critical section
	// Exiting critical section
	// Entering critical section
	// Exiting critical section
}

// Five tasks change a number that they share, one at a time, for a second each.
func ExampleLock_sharedResource() {
	var lock primitives.Lock
	sharedResource := 0
	modifySharedResource := func(ctx context.Context) error {
		return lock.With(ctx, func(ctx context.Context) error {
			sharedResource++
			return async.Sleep(ctx, time.Second) // simulating work with the resource
		})
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		begin := loop.Now()
		tasks := make([]async.Func, 5)
		for i := range tasks {
			tasks[i] = modifySharedResource
		}
		_, err := async.Gather(ctx, tasks...)
		fmt.Println(sharedResource, "after", loop.Now().Sub(begin))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 5 after 5s
}

// Two of five at a time use a resource for a second.
func ExampleSemaphore() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		begin := loop.Now()
		semaphore := primitives.NewSemaphore(2) // allow 2 concurrent accesses
		accessResource := func(id int) async.Func {
			return func(ctx context.Context) error {
				return semaphore.With(ctx, func(ctx context.Context) error {
					fmt.Printf("%v: accessing resource %d\n", loop.Now().Sub(begin), id)
					return async.Sleep(ctx, time.Second) // simulate work with the resource
				})
			}
		}
		var accesses []async.Func
		for i := range 5 {
			accesses = append(accesses, accessResource(i))
		}
		_, err := async.Gather(ctx, accesses...)
		fmt.Println("in all:", loop.Now().Sub(begin))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0s: accessing resource 0
	// 0s: accessing resource 1
	// 1s: accessing resource 2
	// 1s: accessing resource 3
	// 2s: accessing resource 4
	// in all: 3s
}

// One task waits for an event that another sets.
func ExampleEvent() {
	var event primitives.Event
	waiter := func(ctx context.Context) error {
		fmt.Println("waiting for the event to be set")
		if err := event.Wait(ctx); err != nil {
			return err
		}
		fmt.Println("event has been set, continuing execution")
		return nil
	}
	setter := func(ctx context.Context) error {
		if err := async.Sleep(ctx, 2*time.Second); err != nil { // simulate doing some work
			return err
		}
		event.Set()
		fmt.Println("event has been set!")
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		_, err := async.Gather(ctx, async.Func(waiter), async.Func(setter))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// waiting for the event to be set
	// event has been set!
	// event has been set, continuing execution
}

// One task produces an item a second, another consumes them until the queue is
// shut down, and main waits until the work on all of them is done.
func ExampleQueue() {
	producer := func(ctx context.Context, queue *primitives.Queue[int]) error {
		defer queue.Shutdown(false)
		for i := range 5 {
			if err := async.Sleep(ctx, time.Second); err != nil {
				return err
			}
			if err := queue.Put(ctx, i); err != nil {
				return err
			}
			fmt.Println("Produced", i)
		}
		return nil
	}
	consumer := func(ctx context.Context, queue *primitives.Queue[int]) error {
		for item, err := range queue.All(ctx) {
			if err != nil {
				return err
			}
			fmt.Println("Consumed", item)
			queue.TaskDone()
		}
		return nil
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var queue primitives.Queue[int]
		_, err := async.Gather(ctx,
			async.Func(func(ctx context.Context) error { return producer(ctx, &queue) }),
			async.Func(func(ctx context.Context) error { return consumer(ctx, &queue) }))
		if err != nil {
			return err
		}
		return queue.Join(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Produced 0
	// Consumed 0
	// Produced 1
	// Consumed 1
	// Produced 2
	// Consumed 2
	// Produced 3
	// Consumed 3
	// Produced 4
	// Consumed 4
}

// A consumer that nobody tells about the end waits for ever. In Python the
// program hangs; here the Run ends and says who waits for what.
func ExampleQueue_deadlock() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var queue primitives.Queue[int]
		consumer := async.Go(ctx, func(ctx context.Context) error {
			for {
				item, err := queue.Get(ctx)
				if err != nil {
					return err
				}
				fmt.Println("Consumed", item)
				queue.TaskDone()
			}
		})
		consumer.SetName("consumer")
		if err := queue.Put(ctx, 0); err != nil {
			return err
		}
		return consumer.Wait(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Consumed 0
	// async: deadlock: nothing can wake these tasks:
	// 	Task-1 (ExampleQueue_deadlock) waits for consumer
	// 	consumer (ExampleQueue_deadlock) waits for an item of a Queue
}

// Five workers share a plain slice of jobs: between two awaits nobody else
// runs, so that it needs no lock.
func Example_workersWithoutALock() {
	queue := []int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}
	total := 0
	for _, job := range queue {
		total += job
	}
	fmt.Println("Total:", total)

	const parallel = 5
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		start := loop.Now()
		worker := func(id int) async.Func {
			return func(ctx context.Context) error {
				for len(queue) > 0 {
					job := queue[0]
					queue = queue[1:]
					fmt.Printf("Worker %d starting job %d %v\n", id, job, loop.Now().Sub(start))
					if err := async.Sleep(ctx, time.Duration(job)*time.Second); err != nil {
						return err
					}
					fmt.Printf("Worker %d finished job %d\n", id, job)
				}
				return nil
			}
		}
		var workers []*async.Task[async.Void]
		for id := range parallel {
			workers = append(workers, async.Go(ctx, worker(id)))
		}
		_, err := async.Gather(ctx, workers...)
		fmt.Println("Elapsed:", loop.Now().Sub(start))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// Total: 10
	// Worker 0 starting job 1 0s
	// Worker 1 starting job 1 0s
	// Worker 2 starting job 1 0s
	// Worker 3 starting job 1 0s
	// Worker 4 starting job 1 0s
	// Worker 0 finished job 1
	// Worker 0 starting job 1 1s
	// Worker 1 finished job 1
	// Worker 1 starting job 1 1s
	// Worker 2 finished job 1
	// Worker 2 starting job 1 1s
	// Worker 3 finished job 1
	// Worker 3 starting job 1 1s
	// Worker 4 finished job 1
	// Worker 4 starting job 1 1s
	// Worker 0 finished job 1
	// Worker 1 finished job 1
	// Worker 2 finished job 1
	// Worker 3 finished job 1
	// Worker 4 finished job 1
	// Elapsed: 2s
}

// Tasks wait until an account has as much as they want to take out of it.
func ExampleCondition() {
	var changed primitives.Condition
	balance := 0
	withdraw := func(amount int) async.Func {
		return func(ctx context.Context) error {
			return changed.With(ctx, func(ctx context.Context) error {
				if err := changed.WaitFor(ctx, func() bool { return balance >= amount }); err != nil {
					return err
				}
				balance -= amount
				fmt.Println("took", amount, "left", balance)
				return nil
			})
		}
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		large, small := async.Go(ctx, withdraw(70)), async.Go(ctx, withdraw(30))
		for range 2 {
			err := changed.With(ctx, func(ctx context.Context) error {
				balance += 50
				changed.NotifyAll()
				return async.Sleep(ctx, time.Second) // nobody looks before the lock is free
			})
			if err != nil {
				return err
			}
		}
		_, err := async.Gather(ctx, large, small)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// took 30 left 20
	// took 70 left 0
}

// Three tasks do each step together; the last of each round says so.
func ExampleBarrier() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		barrier := primitives.NewBarrier(3)
		walk := func(pace time.Duration) async.Func {
			return func(ctx context.Context) error {
				for step := range 2 {
					if err := async.Sleep(ctx, pace); err != nil {
						return err
					}
					index, err := barrier.Wait(ctx)
					if err != nil {
						return err
					}
					if index == barrier.Parties()-1 {
						fmt.Println("step", step, "done, the slowest took", pace)
					}
				}
				return nil
			}
		}
		_, err := async.Gather(ctx, walk(time.Second), walk(3*time.Second), walk(2*time.Second))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// step 0 done, the slowest took 3s
	// step 1 done, the slowest took 3s
}

// The most urgent job comes first, and of equally urgent ones that which was
// put first.
func ExampleNewPriorityQueue() {
	type job struct {
		urgency int
		name    string
	}
	queue := primitives.NewPriorityQueue(0, func(a, b job) bool { return a.urgency > b.urgency })
	for _, j := range []job{{1, "sweep"}, {9, "extinguish"}, {1, "dust"}, {5, "cook"}} {
		if err := queue.PutNowait(j); err != nil {
			fmt.Println(err)
		}
	}
	for !queue.Empty() {
		j, err := queue.GetNowait()
		fmt.Println(j.name, err)
	}
	// Output:
	// extinguish <nil>
	// cook <nil>
	// sweep <nil>
	// dust <nil>
}

// A task serves two queues and does something else when neither has anything
// for a while.
func ExampleSelect() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		var orders, complaints primitives.Queue[string]
		clerk := async.Go(ctx, func(ctx context.Context) error {
			var order, complaint string
			for {
				which, err := primitives.Select(ctx,
					complaints.OnGet(&complaint),
					orders.OnGet(&order),
					primitives.After(time.Minute))
				switch {
				case err == primitives.ErrQueueShutDown:
					return nil
				case err != nil:
					return err
				case which == 0:
					fmt.Println("sorry about", complaint)
				case which == 1:
					fmt.Println("sold", order)
				default:
					fmt.Println("a break")
				}
			}
		})
		for _, err := range []error{
			orders.Put(ctx, "a lamp"),
			complaints.Put(ctx, "the delay"),
			async.Sleep(ctx, 90*time.Second),
			orders.Put(ctx, "a chair"),
		} {
			if err != nil {
				return err
			}
		}
		orders.Shutdown(false)
		return clerk.Wait(ctx)
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// sorry about the delay
	// sold a lamp
	// a break
	// sold a chair
}

// Readers go in together, a writer alone.
func ExampleRWLock() {
	var lock primitives.RWLock
	price := 10
	read := func(ctx context.Context) error {
		return lock.WithRead(ctx, func(ctx context.Context) error {
			fmt.Println("read", price)
			return async.Sleep(ctx, time.Second)
		})
	}
	write := func(ctx context.Context) error {
		return lock.With(ctx, func(ctx context.Context) error {
			fmt.Println("write")
			price++
			return async.Sleep(ctx, time.Second)
		})
	}
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		loop := async.RunningLoop(ctx)
		begin := loop.Now()
		_, err := async.Gather(ctx, async.Func(read), async.Func(read), async.Func(write), async.Func(read))
		fmt.Println("in all:", loop.Now().Sub(begin))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// read 10
	// read 10
	// write
	// read 11
	// in all: 3s
}

// The limit is raised while tasks wait.
func ExampleCapacityLimiter() {
	runner := async.Runner{Clock: asynctest.NewClock()}
	defer runner.Close()
	err := runner.Run(context.Background(), func(ctx context.Context) error {
		limiter := primitives.NewCapacityLimiter(1)
		fetch := func(ctx context.Context) error {
			return limiter.With(ctx, func(ctx context.Context) error {
				fmt.Println(limiter)
				return async.Sleep(ctx, time.Second)
			})
		}
		a, b, c := async.Go(ctx, fetch), async.Go(ctx, fetch), async.Go(ctx, fetch)
		if err := async.Yield(ctx); err != nil {
			return err
		}
		limiter.SetTotal(3)
		_, err := async.Gather(ctx, a, b, c)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// <CapacityLimiter [borrowed:1/1]>
	// <CapacityLimiter [borrowed:3/3]>
	// <CapacityLimiter [borrowed:3/3]>
}
