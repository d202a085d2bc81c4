package zoo

import (
	"context"

	"github.com/gobaton/async"
)

// A transaction that is canceled is rolled back, and a second cancellation
// comes while it is.
var _ = bug("second cancellation in a rollback", "asyncpg, SQLAlchemy #8145, aioredis", func(z *zoo) {
	begun, ended := 0, 0
	transact := func(ctx context.Context) error {
		if err := z.io(ctx); err != nil {
			return err
		}
		begun++
		err := z.io(ctx)
		if err == nil {
			ended++
			return nil
		}
		if z.fixed {
			ended++ // the connection is dropped, which rolls back as well
			return err
		}
		if failed := z.calls(async.Uncancel(ctx), 2); failed != nil { // rolls back
			return failed
		}
		ended++
		return err
	}
	z.spawn(transact)
	z.spawn(transact)
	z.join()
	z.check(begun == ended, "%d transactions were begun, and %d ended", begun, ended)
})
