// Package deferred has Twisted's Deferred: a result that is not there yet, with
// a chain of callbacks that it goes through when it comes.
//
//	page := getPage(ctx, url)
//	page.AddCallbacks(printSize, printError)
//	page.AddBoth(stop)
//
// A Deferred is fired once, with [Deferred.Callback] or [Deferred.Errback]. The
// result then goes down the chain: a value through the callbacks, an error
// through the errbacks, and each of them decides what the next one gets. A link
// that is added later runs at once. Unlike everything else in this module that
// happens within the call that fires: a chain never suspends and takes no turn
// of the loop.
//
// # Which one
//
//	to look at a value, or handle an error   AddCallback, AddErrback, AddCallbacks, AddBoth
//	to replace it                            AddCallbackValue, AddErrbackValue, AddBothValue
//	to make it a value of another type       Then
//	to go on with another Deferred           Chain
//	to wait for several                      List, GatherResults
//	to wait for one in a task                Deferred.Await, as of a future
//	to have one of a coroutine or a task     From
//
// What inlineCallbacks does in Twisted is a task's job here: a function given
// to async.Go awaits Deferreds one after another.
//
// A Deferred belongs to the tasks and callbacks of one loop. An error that is
// left at the end of a chain is reported by the loop, as that of a future.
package deferred
