package deferred_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/deferred"
)

var seed = flag.Uint64("deferred.seed", 0, "seed of TestChainIsAFoldOverItsLinks; 0: a new one")

// step is a link as a function of the result that comes to it, which is all
// that its dumb model is.
type step func(value int, err error) (int, error)

// chain adds a random link to d, with its model.
func chain(ctx context.Context, rng *rand.Rand, d *deferred.Deferred[int]) (*deferred.Deferred[int], step) {
	failure := errors.New(fmt.Sprint("error ", rng.IntN(100)))
	n := rng.IntN(100)
	fails := rng.IntN(3) == 0
	replace := func(int) (int, error) {
		if fails {
			return 0, failure
		}
		return n, nil
	}
	onValue := func(v int, err error) (int, error) {
		if err != nil {
			return 0, err
		}
		return replace(v)
	}
	onError := func(v int, err error) (int, error) {
		if err == nil {
			return v, nil
		}
		return replace(0)
	}
	switch rng.IntN(5) {
	case 0:
		return d.AddCallbackValue(replace), onValue
	case 1:
		return d.AddErrbackValue(func(error) (int, error) { return replace(0) }), onError
	case 2:
		return d.AddBothValue(func(v int, _ error) (int, error) { return replace(v) }), func(v int, _ error) (int, error) { return replace(v) }
	case 3:
		return deferred.Then(d, replace), onValue
	default:
		later := func(int) *deferred.Deferred[int] {
			inner := deferred.New[int](ctx)
			fire := func() { v, err := replace(0); result(inner, v, err) }
			if rng.IntN(2) == 0 {
				fire()
			} else {
				async.RunningLoop(ctx).CallSoon(fire)
			}
			return inner
		}
		return deferred.Chain(d, later, nil), onValue
	}
}

func result(d *deferred.Deferred[int], v int, err error) {
	if err != nil {
		_ = d.Errback(err)
	} else {
		_ = d.Callback(v)
	}
}

func TestChainIsAFoldOverItsLinks(t *testing.T) {
	first := *seed
	programs := uint64(2000)
	if first == 0 {
		first = uint64(time.Now().UnixNano())
	} else {
		programs = 1
	}
	for s := first; s < first+programs; s++ {
		rng := rand.New(rand.NewPCG(s, 0))
		asynctest.Run(t, func(ctx context.Context) {
			d := deferred.New[int](ctx)
			last := d
			value, err := 1, error(nil)
			if rng.IntN(2) == 0 {
				value, err = 0, errors.New("first")
			}
			fired, v, e := rng.IntN(8), value, err
			for i := range 8 {
				if i == fired {
					result(d, v, e)
				}
				var model step
				last, model = chain(ctx, rng, last)
				value, err = model(value, err)
			}
			got, gotErr := last.Await(ctx)
			require.Equal(t, err, gotErr, "-deferred.seed=%d", s)
			require.Equal(t, value, got, "-deferred.seed=%d", s)
		})
	}
}
