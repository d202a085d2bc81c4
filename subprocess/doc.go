// Package subprocess runs other programs: asyncio's subprocesses, on os/exec.
//
//	p, err := (&subprocess.Options{Stdout: subprocess.Pipe}).Exec(ctx, "ls", "-l")
//	for line, err := range p.Stdout.Lines(ctx) {
//		...
//	}
//	code, err := p.Wait(ctx)
//
// [Exec] starts a program with its arguments, [Shell] a line for the shell.
// What the [Options] connect by a [Pipe] is a stream of package streams; a file
// is the process's own, and any other io.Reader or io.Writer is copied by a
// goroutine. [Process.Communicate] does all of it: input, both outputs, and the
// end.
//
// # The end of a process
//
// Each process is watched by a task of its own, so that no zombie stays behind,
// whatever is canceled: a canceled Wait or Communicate leaves the process
// alone, and may be repeated. [Process.Close] ends it; so does the end of the
// loop:
//
//	defer p.Close(context.WithoutCancel(ctx))
//
// On Linux the loop itself learns of the end. Elsewhere a goroutine waits for
// it.
package subprocess
