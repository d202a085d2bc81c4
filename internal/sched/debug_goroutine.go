//go:build amd64 || arm64

package sched

// self tells goroutines apart: it returns the address of the calling one's
// record in the runtime, which is another for each goroutine that has not
// ended. The goroutine's number, which needs no assembly, takes a stack trace,
// and so a hundred times as long as all else that debug mode does in an await.
func self() uintptr

// walked is how many frames of the stack frames walks.
const walked = 16

// frames writes the addresses to which the innermost frames return, the
// caller's own first, by following the frame pointers: a hundredth of what
// runtime.Callers takes, which knows of inlined calls, too. Behind the
// outermost frame it writes nothing.
//
//go:noescape
func frames(returns *[walked]uintptr)
