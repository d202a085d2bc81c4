// Run runs a command and prints what it writes line by line, as it comes, with
// the time and the name of the output; then its exit status, which becomes its
// own. With -all it waits for the end and prints the whole. An interrupt ends
// the command and all that it has started, gently first.
//
//	run [-all] [-grace 5s] COMMAND [ARGUMENT...]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
	"github.com/gobaton/async/subprocess"
)

func main() {
	log.SetFlags(0)
	all := flag.Bool("all", false, "print the whole at the end")
	grace := flag.Duration("grace", 5*time.Second, "how long the command has to end after an interrupt")
	flag.Parse()
	if flag.NArg() == 0 {
		fmt.Fprintln(os.Stderr, "usage: run [-all] [-grace D] COMMAND [ARGUMENT...]")
		os.Exit(2)
	}
	// A group of its own does not get the terminal's interrupt: it is
	// passed on.
	options := subprocess.Options{Group: runtime.GOOS != "windows", Grace: *grace}
	show := follow
	if *all {
		show = whole
	}
	var code int
	runner := async.Runner{Interrupt: true}
	err := runner.Run(context.Background(), func(ctx context.Context) (err error) {
		code, err = show(ctx, os.Stdout, options, flag.Args())
		return err
	})
	if err := errors.Join(err, runner.Close()); err != nil {
		log.Fatal(err)
	}
	os.Exit(max(code, -code))
}

// whole waits for the command, and prints what it has written.
func whole(ctx context.Context, w io.Writer, o subprocess.Options, command []string) (code int, err error) {
	o.Stdout, o.Stderr = subprocess.Pipe, subprocess.Pipe
	p, err := o.Exec(ctx, command[0], command[1:]...)
	if err != nil {
		return 0, err
	}
	defer p.Close(context.WithoutCancel(ctx))
	stdout, stderr, err := p.Communicate(ctx, nil)
	if err != nil {
		return 0, err
	}
	code, _ = p.ReturnCode()
	fmt.Fprintf(w, "%q exited with %d\n", command, code)
	if len(stdout) > 0 {
		fmt.Fprintf(w, "[stdout]\n%s", stdout)
	}
	if len(stderr) > 0 {
		fmt.Fprintf(w, "[stderr]\n%s", stderr)
	}
	return code, nil
}

// follow prints each line of the command as it comes.
func follow(ctx context.Context, w io.Writer, o subprocess.Options, command []string) (code int, err error) {
	o.Stdout, o.Stderr = subprocess.Pipe, subprocess.Pipe
	p, err := o.Exec(ctx, command[0], command[1:]...)
	if err != nil {
		return 0, err
	}
	defer p.Close(context.WithoutCancel(ctx))
	start := time.Now()
	print := func(name string, lines *streams.Reader) async.Func {
		return func(ctx context.Context) error {
			for line, err := range lines.Lines(ctx) {
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "%6.3f %s: %s", time.Since(start).Seconds(), name, line)
			}
			return nil
		}
	}
	if _, err := async.Gather(ctx, print("out", p.Stdout), print("err", p.Stderr)); err != nil {
		return 0, err
	}
	code, err = p.Wait(ctx)
	fmt.Fprintf(w, "exit status %d\n", code)
	return code, err
}
