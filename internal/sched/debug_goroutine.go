//go:build amd64 || arm64

package sched

// self tells goroutines apart: it returns the address of the calling one's
// record in the runtime, which is another for each goroutine that has not
// ended. Only debug mode asks. The goroutine's number, which needs no assembly,
// takes a stack trace, and so a hundred times as long as all else that debug
// mode does in an await.
func self() uintptr
