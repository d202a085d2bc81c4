package behavior_test

import (
	"context"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/internal/testkit"
)

// What the tests take from testkit.
var (
	errBoom       = testkit.ErrBoom
	errCrash      = testkit.ErrCrash
	virtually     = testkit.Virtually
	virtuallyWith = testkit.VirtuallyWith
	forever       = testkit.Forever
	never         = testkit.Never
	neverValue    = testkit.NeverValue
	failing       = testkit.Failing
	now           = testkit.Now
	countTurns    = testkit.CountTurns
	endsByGoexit  = testkit.EndsByGoexit
	panicOf       = testkit.PanicOf
	panicked      = testkit.Panicked
	errorN        = testkit.ErrorN
	soon          = testkit.Soon
	upTo          = testkit.UpTo
	child         = testkit.Child
	group         = async.WithTaskGroup
)

const ms = testkit.Millisecond

type (
	events      = testkit.Events
	record      = testkit.Record
	ctxKey      = testkit.Key
	goExecutor  = testkit.GoExecutor
	badExecutor = testkit.BadExecutor
)

func after[T any](d time.Duration, v T) async.Coro[T] { return testkit.After(d, v) }

// listening runs main in virtual time, and returns its error and what was
// reported.
func listening(main func(ctx context.Context) error) (told events, err error) {
	return testkit.Listen(async.Runner{}, main)
}

func answer42(ctx context.Context) (int, error) { return 42, async.Yield(ctx) }

// embedded is a context that somebody else wrote around another.
type embedded struct{ context.Context }
