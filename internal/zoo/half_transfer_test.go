package zoo

import (
	"context"
)

// Money is taken from one account, an await later put into the other, and a
// cancellation comes in between.
var _ = bug("half of a transfer", "sagas without compensation; every two-step update", func(z *zoo) {
	a, b := 10, 0
	transfer := func(ctx context.Context) error {
		a--
		if err := z.io(ctx); err != nil {
			if z.fixed {
				a++
			}
			return err
		}
		b++
		return nil
	}
	z.spawn(transfer)
	z.spawn(transfer)
	z.join()
	z.check(a+b == 10, "%d + %d are not 10", a, b)
})
