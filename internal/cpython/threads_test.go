package cpython

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

func TestToThread_to_thread(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		sum := func(numbers ...int) (total int) {
			for _, n := range numbers {
				total += n
			}
			return total
		}
		v, err := async.ToThreadValue(ctx, func(context.Context) (int, error) { return sum(40, 2), nil })
		require.NoError(t, err)
		require.Equal(t, 42, v)
	})
}

func TestToThread_to_thread_exception(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		require.Equal(t, errMine, async.ToThread(ctx, fail(errMine)))
	})
}

func TestToThread_to_thread_once(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var calls atomic.Int32
		require.NoError(t, async.ToThread(ctx, counting(&calls)))
		require.EqualValues(t, 1, calls.Load())
	})
}

func TestToThread_to_thread_concurrent(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		var calls atomic.Int32
		var all []async.Func
		for range 10 {
			all = append(all, func(ctx context.Context) error { return async.ToThread(ctx, counting(&calls)) })
		}
		_, err := async.Gather(ctx, all...)
		require.NoError(t, err)
		require.EqualValues(t, 10, calls.Load())
	})
}

func TestToThread_to_thread_args_kwargs(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		type call struct {
			name      string
			something bool
		}
		var got []call
		f := func(name string, something bool) error {
			got = append(got, call{name, something})
			return nil
		}
		require.NoError(t, async.ToThread(ctx, func(context.Context) error { return f("test", true) }))
		require.Equal(t, []call{{"test", true}}, got)
	})
}

func TestToThread_to_thread_contextvars(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		type key struct{}
		ctx = context.WithValue(ctx, key{}, "parrot")
		v, err := async.ToThreadValue(ctx, func(ctx context.Context) (any, error) { return ctx.Value(key{}), nil })
		require.NoError(t, err)
		require.Equal(t, "parrot", v)
	})
}

// counting is a function that counts its calls.
func counting(calls *atomic.Int32) func(ctx context.Context) error {
	return func(context.Context) error {
		calls.Add(1)
		return nil
	}
}
