// Package remote gives functions names, so that they can be called where their
// code is but the caller's memory is not: in another process, or on another
// machine.
//
//	var square = remote.Register("square", func(ctx context.Context, n int) (int, error) { return n * n, nil })
//
// A [Func] runs where the ctx of its Call says. By itself that is here:
// square.Call(ctx, 12) is a call like any other, on the loop or, in a function
// given to async.ToThread, off it. A [Carrier] in the ctx, put there by [Via],
// takes the call elsewhere; package procpool has one. So one function runs on
// the loop, in a thread or in a process, as suits it.
//
// The carrier of calls encodes nothing and knows no types: a [Call] and its
// [Reply] are names and bytes. At the far end [Perform] finds the function and
// runs it. Arguments and results are encoded by encoding/gob: exported fields
// only, and the types that interfaces hold must have been given to
// gob.Register.
package remote
