package async_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestRecvAndSendDoNotSuspendWhenTheyNeedNotWait(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int, 1)
		other := async.Go(ctx, func(ctx context.Context) error { return nil })
		async.CurrentTask(ctx).Cancel() // what need not wait does not look
		require.NoError(t, async.Send(ctx, ch, 42))
		v, ok, err := async.Recv(ctx, ch)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, 42, v)
		close(ch)
		v, ok, err = async.Recv(ctx, ch)
		require.NoError(t, err)
		require.False(t, ok)
		require.Zero(t, v)
		require.False(t, other.Done())
		ctx = async.Uncancel(ctx)
		require.NoError(t, other.Wait(ctx))
	})
}

func TestSendAndRecvHandItemsFromTaskToTask(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int)
		producer := async.Go(ctx, func(ctx context.Context) error {
			defer close(ch)
			for i := range 100 {
				if err := async.Send(ctx, ch, i); err != nil {
					return err
				}
			}
			return nil
		})
		var got []int
		for v, err := range async.RecvAll(ctx, ch) {
			require.NoError(t, err)
			got = append(got, v)
		}
		require.NoError(t, producer.Wait(ctx))
		require.Len(t, got, 100)
		require.IsIncreasing(t, got)
	})
}

func TestRecvFromAGoroutineOutside(t *testing.T) {
	in, out := make(chan int), make(chan int)
	go func() {
		defer close(out)
		for v := range in {
			out <- 2 * v
		}
	}()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		for i := range 100 {
			if err := async.Send(ctx, in, i); err != nil {
				return err
			}
			v, ok, err := async.Recv(ctx, out)
			require.True(t, ok)
			require.Equal(t, 2*i, v)
			if err != nil {
				return err
			}
		}
		close(in)
		_, ok, err := async.Recv(ctx, out)
		require.False(t, ok)
		return err
	}))
}

func TestRecvThatIsCanceledTakesNothing(t *testing.T) {
	enough := errors.New("enough")
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int, 1)
		task := async.Go(ctx, func(ctx context.Context) error {
			_, _, err := async.Recv(ctx, ch)
			return err
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.CancelCause(enough)
		task.CancelCause(errors.New("again"))
		require.ErrorIs(t, task.Wait(ctx), context.Canceled)
		require.NoError(t, async.Send(ctx, ch, 1))
		require.Len(t, ch, 1)
	})
}

func TestRecvUnderAContextThatIsDoneFails(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int)
		for _, deliver := range []bool{false, true} {
			task := async.Go(ctx, func(ctx context.Context) error {
				async.CurrentTask(ctx).Cancel()
				if deliver {
					require.Error(t, async.Yield(ctx))
				}
				_, _, err := async.Recv(ctx, ch)
				require.Error(t, err)
				return async.Send(ctx, ch, 1)
			})
			require.True(t, async.IsCanceled(task.Wait(ctx)))
		}
	})
}

func TestRecvEndsWithATimeout(t *testing.T) {
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		err := async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, _, err := async.Recv(ctx, make(chan int))
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error { return async.Send(ctx, nil, 1) })
		require.ErrorIs(t, err, async.ErrTimeout)
		return nil
	}))
}

// Items come in from outside while their receivers are canceled: each item is
// received once, or still in the channel.
func TestRecvLosesNoItemToACancellation(t *testing.T) {
	const n = 2000
	ch := make(chan int)
	var sender sync.WaitGroup
	sender.Go(func() {
		defer close(ch)
		for i := range n {
			ch <- i
		}
	})
	var got []int
	var canceled int
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		for {
			task := async.GoValue(ctx, func(ctx context.Context) (ok bool, err error) {
				v, ok, err := async.Recv(ctx, ch)
				if err == nil && ok {
					got = append(got, v)
				}
				return ok || err != nil, err
			})
			for range len(got) % 4 { // cancel it sooner or later
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			task.Cancel()
			switch ok, err := task.Await(ctx); {
			case async.IsCanceled(err):
				canceled++
			case err != nil:
				return err
			case !ok:
				return nil
			}
			if task.Canceled() { // let the sender catch up
				v, ok, err := async.Recv(ctx, ch)
				if err != nil || !ok {
					return err
				}
				got = append(got, v)
			}
		}
	}))
	sender.Wait()
	require.Len(t, got, n)
	require.IsIncreasing(t, got)
	require.NotZero(t, canceled)
}

func TestSendLosesNoItemToACancellation(t *testing.T) {
	const n = 2000
	ch, all := make(chan int), make(chan []int, 1)
	go func() {
		var got []int
		for v := range ch {
			got = append(got, v)
		}
		all <- got
	}()
	var sent []int
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		for i := range n {
			task := async.Go(ctx, func(ctx context.Context) error {
				err := async.Send(ctx, ch, i)
				if err == nil {
					sent = append(sent, i)
				}
				return err
			})
			for range i % 4 {
				if err := async.Yield(ctx); err != nil {
					return err
				}
			}
			task.Cancel()
			if err := task.Wait(ctx); err != nil && !async.IsCanceled(err) {
				return err
			}
		}
		close(ch)
		return nil
	}))
	require.Equal(t, sent, <-all)
}

func TestRecvKeepsAnItemThatComesWithTheCancellation(t *testing.T) {
	ch := make(chan int)
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		var first, next error
		task := async.GoValue(ctx, func(ctx context.Context) (int, error) {
			v, _, err := async.Recv(ctx, ch)
			first, next = err, async.Sleep(ctx, time.Hour)
			return v, nil
		})
		if err := async.Yield(ctx); err != nil {
			return err
		}
		ch <- 42 // the goroutine has it, the task does not know yet
		task.Cancel()
		v, err := task.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, 42, v)
		require.NoError(t, first)
		require.True(t, async.IsCanceled(next), "the next await fails")
		return nil
	}))
}

func TestSendOnAClosedChannelPanics(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		closed := make(chan int)
		close(closed)
		require.Panics(t, func() { _ = async.Send(ctx, closed, 1) })
	})
}

func TestRecvAllEndsWithTheErrorOfACancellation(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int, 2)
		ch <- 1
		ch <- 2
		var got []int
		var last error
		task := async.Go(ctx, func(ctx context.Context) error {
			for v, err := range async.RecvAll(ctx, ch) {
				if last = err; err == nil {
					got = append(got, v)
				}
			}
			return last
		})
		_ = async.Yield(ctx)
		_ = async.Yield(ctx)
		task.Cancel()
		require.True(t, async.IsCanceled(task.Wait(ctx)))
		require.Equal(t, []int{1, 2}, got)
	})
}

func TestRecvAllMayBeLeft(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		ch := make(chan int, 2)
		ch <- 1
		ch <- 2
		for v, err := range async.RecvAll(ctx, ch) {
			require.NoError(t, err)
			require.Equal(t, 1, v)
			break
		}
		require.Len(t, ch, 1)
	})
}
