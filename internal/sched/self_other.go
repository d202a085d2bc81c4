//go:build !amd64 && !arm64

package sched

// self tells goroutines apart.
func self() uintptr { return uintptr(number()) }
