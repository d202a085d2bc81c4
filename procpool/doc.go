// Package procpool runs functions in worker processes: for what would take the
// memory or the whole process down with it, what has to be killed when it does
// not listen, and what a process can do once only.
//
// Functions are named by package remote, in the initialization of a package,
// and the program calls [Main] first thing in main:
//
//	var square = remote.Register("square", func(ctx context.Context, n int) (int, error) { return n * n, nil })
//
//	func main() {
//		procpool.Main() // a worker goes no further
//		err := async.Run(context.Background(), func(ctx context.Context) error {
//			pool := &procpool.Pool{Workers: 4}
//			defer pool.Shutdown(ctx)
//			n, err := procpool.ToProcess(ctx, pool, square, 12)
//			...
//
// A worker is another process of the program's own executable. It gets one call
// at a time, with a ctx that is done when the awaiting task is canceled, and
// ends with the [Pool], or with the process that started it, however that ends
// (on Linux also where it is stopped or spins then). If it ends by itself, its
// call fails with a [*CrashError], and the next call gets a new worker. What it
// prints goes to the pool's Stderr, be it Go, C code or a process of its own
// that prints.
package procpool
