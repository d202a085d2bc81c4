//go:build !amd64 && !arm64

package sched

// prefetches reports whether there is a way to prefetch.
const prefetches = false

func prefetchTask(uintptr)                                 {}
func prefetchCoro(uintptr)                                 {}
func prefetchGoroutine(uintptr, uintptr, uintptr, uintptr) {}
