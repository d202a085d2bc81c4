package cpython

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// A bag is a future with callbacks, each of which puts its number into the bag.
type bag struct {
	*async.Future[string]
	put []int
}

func newBag(ctx context.Context) *bag {
	return &bag{Future: async.NewFuture[string](ctx)}
}

func (b *bag) callback(n int) (remove func() bool) {
	return b.OnDone(func() { b.put = append(b.put, n) })
}

// called are the numbers of the callbacks that are called after SetResult.
func (b *bag) called(t *testing.T, ctx context.Context) []int {
	t.Helper()
	require.Empty(t, b.put)
	require.NoError(t, b.SetResult("foo"))
	require.Empty(t, b.put, "callbacks have their turn later")
	yields(t, ctx, 1)
	requireResult(t, b, "foo")
	return b.put
}

func TestBaseFutureDoneCallback_callbacks_remove_first_callback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		remove := b.callback(42)
		b.callback(17)
		b.callback(100)
		require.True(t, remove())
		require.False(t, remove())
		require.Equal(t, []int{17, 100}, b.called(t, ctx))
	})
}

func TestBaseFutureDoneCallback_callbacks_remove_first_and_second_callback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		first, second := b.callback(42), b.callback(17)
		b.callback(100)
		require.True(t, first())
		require.True(t, second())
		require.False(t, first())
		require.Equal(t, []int{100}, b.called(t, ctx))
	})
}

func TestBaseFutureDoneCallback_callbacks_remove_third_callback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		b.callback(42)
		b.callback(17)
		third := b.callback(100)
		require.True(t, third())
		require.False(t, third())
		require.Equal(t, []int{42, 17}, b.called(t, ctx))
	})
}

func TestBaseFutureDoneCallback_callbacks_invoked_on_set_result(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		b.callback(42)
		b.callback(17)
		require.Equal(t, []int{42, 17}, b.called(t, ctx))
	})
}

func TestBaseFutureDoneCallback_callbacks_invoked_on_set_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		b.callback(100)
		require.NoError(t, b.SetError(errMine))
		require.Empty(t, b.put)
		yields(t, ctx, 1)
		require.Equal(t, []int{100}, b.put)
		require.Equal(t, errMine, b.Err())
	})
}

func TestBaseFutureDoneCallback_remove_done_callback(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		removes := []func() bool{b.callback(1)}
		second := b.callback(2)
		require.True(t, second())
		b.callback(2)
		for range 5 {
			removes = append(removes, b.callback(1))
		}
		for _, remove := range removes {
			require.True(t, remove())
		}
		require.Equal(t, []int{2}, b.called(t, ctx))
	})
}

func TestBaseFutureDoneCallback_schedule_callbacks_list_mutation_1(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		b := newBag(ctx)
		var second func() bool
		b.OnDone(func() { require.False(t, second(), "it is scheduled already") })
		second = b.callback(2)
		b.callback(3)
		require.Equal(t, []int{2, 3}, b.called(t, ctx))
	})
}
