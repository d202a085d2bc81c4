package subprocess_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/subprocess"
)

func ExampleExec() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		p, err := subprocess.Exec(ctx, "sh", "-c", "exit 3")
		if err != nil {
			return err
		}
		code, err := p.Wait(ctx)
		fmt.Println("exit status", code)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// exit status 3
}

// What a process writes is read line by line as it comes.
func ExampleOptions_Shell() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		o := subprocess.Options{Stdout: subprocess.Pipe, Stderr: subprocess.Stdout}
		p, err := o.Shell(ctx, "for i in 1 2 3; do echo line $i; done")
		if err != nil {
			return err
		}
		defer p.Close(context.WithoutCancel(ctx))
		for line, err := range p.Stdout.Lines(ctx) {
			if err != nil {
				return err
			}
			fmt.Printf("got %q\n", line)
		}
		_, err = p.Wait(ctx)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// got "line 1\n"
	// got "line 2\n"
	// got "line 3\n"
}

func ExampleProcess_Communicate() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		o := subprocess.Options{Stdin: subprocess.Pipe, Stdout: subprocess.Pipe}
		p, err := o.Exec(ctx, "sort")
		if err != nil {
			return err
		}
		defer p.Close(context.WithoutCancel(ctx))
		sorted, _, err := p.Communicate(ctx, []byte("pear\napple\nplum\n"))
		fmt.Print(string(sorted))
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// apple
	// pear
	// plum
}

// A process with a time limit, which is ended if it takes longer.
func ExampleProcess_Close() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		p, err := subprocess.Exec(ctx, "sleep", "1000")
		if err != nil {
			return err
		}
		code, err := func() (int, error) {
			defer p.Close(context.WithoutCancel(ctx))
			return async.WaitFor(ctx, async.Coro[int](p.Wait), 10*time.Millisecond)
		}()
		fmt.Println(code, err)
		code, _ = p.ReturnCode()
		fmt.Println("return code", code)
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 async: timed out
	// return code -9
}

// Any io.Reader and io.Writer may stand for the input and an output.
func ExampleOptions_Exec() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		o := subprocess.Options{Stdin: strings.NewReader("hello\n"), Stdout: os.Stdout}
		p, err := o.Exec(ctx, "tr", "a-z", "A-Z")
		if err != nil {
			return err
		}
		_, err = p.Wait(ctx)
		return err
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// HELLO
}
