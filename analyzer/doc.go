// Package analyzer holds checks of programs that use package async, for go vet.
// Each finds a mistake that compiles and that a test may miss:
//
//	asyncunawaited  a Coro or Func is made and dropped: nothing of it ever runs
//	asyncblocking   a coroutine blocks the loop: time.Sleep, a channel, the network, a sync.Mutex held across an await
//	asyncouterctx   a function that has a ctx of its own passes on that of the function around it
//	asynccontext    an await under context.Background, in a goroutine, in a callback, or in a cleanup that is canceled
//	asyncvalues     a value that an await changes on the way, a loop that no cancellation ends, a sleep of a nanosecond
//
// Run them with the command in cmd/asyncvet, by itself or through go vet:
//
//	go run github.com/gobaton/async/analyzer/cmd/asyncvet@latest ./...
//	go vet -vettool=$(which asyncvet) ./...
//
// A line that is as it should be carries, or follows, a comment that says why:
// //asyncvet:ignore the reason.
package analyzer

import "golang.org/x/tools/go/analysis"

// All are all checks.
var All = []*analysis.Analyzer{Unawaited, Blocking, OuterContext, Context, Values}
