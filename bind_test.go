package async_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
)

func TestBindBindsAFunctionToItsArguments(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		var r record
		none := func(context.Context) error { r.Add("none"); return nil }
		one := func(_ context.Context, a int) error { r.Add("%d", a); return nil }
		two := func(_ context.Context, a int, b string) error { r.Add("%d %s", a, b); return nil }
		three := func(_ context.Context, a int, b string, c bool) error { r.Add("%d %s %v", a, b, c); return nil }
		_, err := async.Gather(ctx, async.Bind0(none), async.Bind(one, 1), async.Bind2(two, 1, "b"), async.Bind3(three, 1, "b", true))
		require.NoError(t, err)
		require.Equal(t, record{"none", "1", "1 b", "1 b true"}, r)
	})
}

func TestBindValueBindsAFunctionToItsArguments(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		sum := func(_ context.Context, all ...int) (n int, err error) {
			for _, i := range all {
				n += i
			}
			return n, nil
		}
		values, err := async.Gather(ctx,
			async.BindValue0(func(ctx context.Context) (int, error) { return sum(ctx) }),
			async.BindValue(func(ctx context.Context, a int) (int, error) { return sum(ctx, a) }, 1),
			async.BindValue2(func(ctx context.Context, a, b int) (int, error) { return sum(ctx, a, b) }, 1, 2),
			async.BindValue3(func(ctx context.Context, a, b, c int) (int, error) { return sum(ctx, a, b, c) }, 1, 2, 3))
		require.NoError(t, err)
		require.Equal(t, []int{0, 1, 3, 6}, values)
	})
}

func TestFuncsCorosAndAwaitablesNeedNoTypeArguments(t *testing.T) {
	virtually(t, func(ctx context.Context) {
		ran := 0
		work := func(context.Context) error { ran++; return nil }
		answer := func(context.Context) (int, error) { return 42, nil }
		_, err := async.Gather(ctx, async.Funcs(work, work)...)
		require.NoError(t, err)
		require.Equal(t, 2, ran)
		v, err := async.Race(ctx, async.Coros(answer, answer)...)
		require.NoError(t, err)
		require.Equal(t, 42, v)

		task, f := async.GoValue(ctx, after(ms, 1)), async.NewFuture[int](ctx)
		async.RunningLoop(ctx).CallLater(2*ms, func() { _ = f.SetResult(2) })
		values, err := async.Gather(ctx, async.Awaitables(task, f, async.BindValue0(answer))...)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2, 42}, values)

		text := async.GoValue(ctx, after(ms, "x"))
		done, _, err := async.Wait(ctx, async.AllCompleted, async.Waitables(task, text)...)
		require.NoError(t, err)
		require.Equal(t, []async.Waitable{task, text}, done)

		n, s, err := async.Gather2(ctx, task, text)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, "x", s)
		_, err = async.Shield(ctx, async.Func(work))
		require.NoError(t, err)
		_, err = async.WaitFor(ctx, async.Func(work), time.Second)
		require.NoError(t, err)
	})
}
