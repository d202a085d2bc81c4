//go:build amd64 || arm64

package sched

// prefetches reports whether there is a way to prefetch.
const prefetches = true

// prefetchTask asks for the lines of a task that its turn touches, at an
// address that need not be valid, as those below.
func prefetchTask(task uintptr)

// prefetchCoro asks for a coro.
func prefetchCoro(coro uintptr)

// prefetchGoroutine asks for the runtime's record of a goroutine, for its stack
// around the address top, and for two closures.
func prefetchGoroutine(goroutine, top, next, yield uintptr)
