// Asynctop looks at the loop of a running program from a terminal, over the
// Unix socket on which that serves its monitor (see Options.Socket of package
// monitorhttp):
//
//	asynctop -socket /run/shop.sock top
//
// The commands:
//
//	ps [filter]       the tasks, one a line
//	pstree [filter]   the tasks as a tree of owners, those that are alike in one line
//	where id          a task, where it is suspended, and what blocks it
//	cancel id [cause] asks a task to stop
//	top               the tasks, as they change, on the whole screen
//
// A filter is that of the page: words that a task has, name:, fn:, at:, state:,
// wait: and id: to look in one place, -word to leave out. ASYNC_MONITOR in the
// environment takes the place of -socket.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "asynctop:", err)
		}
		stop()
		os.Exit(1)
	}
}

// A command is what the program can do.
type command struct {
	name, arguments string
	run             func(ctx context.Context, c *client, arguments []string, out io.Writer) error
}

var commands = []command{
	{"ps", "[filter]", ps},
	{"pstree", "[filter]", pstree},
	{"where", "id", where},
	{"cancel", "id [cause]", cancel},
	{"top", "", top},
}

// run does what the arguments say.
func run(ctx context.Context, arguments []string, out, complaints io.Writer) error {
	flags := flag.NewFlagSet("asynctop", flag.ContinueOnError)
	flags.SetOutput(complaints)
	socket := flags.String("socket", os.Getenv("ASYNC_MONITOR"), "the `path` of the socket of the program's monitor")
	flags.Usage = func() {
		fmt.Fprintln(complaints, "usage: asynctop [-socket path] command")
		for _, c := range commands {
			fmt.Fprintf(complaints, "  %s %s\n", c.name, c.arguments)
		}
		flags.PrintDefaults()
	}
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	name := cmp.Or(flags.Arg(0), "top")
	for _, c := range commands {
		if c.name != name {
			continue
		}
		if *socket == "" {
			return errors.New("which program? Say -socket path, or set ASYNC_MONITOR: the path that its monitorhttp.Options have as Socket")
		}
		client := connect(*socket)
		defer client.close()
		return c.run(ctx, client, flags.Args()[min(1, flags.NArg()):], out)
	}
	flags.Usage()
	return fmt.Errorf("there is no command %s", strings.TrimSpace(name))
}
