package cpython

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
)

// precision is a setting that a task makes for itself, in its context.
type precision struct{}

// quotient is x/y to as many digits as ctx says.
func quotient(ctx context.Context, x, y int64) string {
	return big.NewRat(x, y).FloatString(ctx.Value(precision{}).(int))
}

func TestDecimalContext_asyncio_task_decimal_context(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		fractions := func(d time.Duration, digits int, x, y int64) async.Coro[[2]string] {
			return func(ctx context.Context) ([2]string, error) {
				ctx = context.WithValue(ctx, precision{}, digits)
				a := quotient(ctx, x, y)
				err := async.Sleep(ctx, d)
				return [2]string{a, quotient(ctx, x, y*y)}, err
			}
		}
		got, err := async.Gather(ctx, fractions(100*ms, 3, 1, 3), fractions(200*ms, 6, 1, 3))
		require.NoError(t, err)
		require.Equal(t, [][2]string{{"0.333", "0.111"}, {"0.333333", "0.111111"}}, got)
	})
}
