package async_test

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
	goexit        = testkit.Goexit
	endsByGoexit  = testkit.EndsByGoexit
	panicOf       = testkit.PanicOf
	panicked      = testkit.Panicked
	errorN        = testkit.ErrorN
	soon          = testkit.Soon
	upTo          = testkit.UpTo
	selfCancel    = testkit.SelfCancel
	listening     = testkit.Report
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

func bang(context.Context) error { panic("exploded") }
