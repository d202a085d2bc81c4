// Chat is a chat server: who connects says a name, and what one says everybody
// else reads. The room is a plain map that all connections share without a
// mutex, for between two awaits no other task of the loop runs. On Ctrl-C the
// server lets everybody go.
//
//	go run ./examples/chat -addr localhost:4000
//	nc localhost 4000
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/streams"
)

func main() {
	addr := flag.String("addr", "localhost:4000", "where to listen")
	flag.Parse()
	r := &async.Runner{Interrupt: true}
	defer r.Close()
	err := r.Run(context.Background(), func(ctx context.Context) error {
		server, err := open(ctx, new(streams.Options), *addr)
		if err != nil {
			return err
		}
		fmt.Println("listening on", server.Addr())
		err = server.Serve(ctx)
		return errors.Join(err, server.Shutdown(async.Uncancel(ctx), time.Second))
	})
	if err != nil && !errors.Is(err, async.ErrInterrupted) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// open starts a server with an empty room.
func open(ctx context.Context, o *streams.Options, addr string) (*streams.Server, error) {
	members := room{}
	return o.StartServer(ctx, "tcp", addr, members.serve)
}

// room is who is there, by their names.
type room map[string]*streams.Writer

// serve lets somebody in, and says to the others what they say.
func (m room) serve(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
	name, err := m.enter(ctx, r, w)
	if err != nil {
		return err
	}
	defer func() {
		delete(m, name)
		m.say(name, "* %s has left\n", name)
	}()
	m.say(name, "* %s is here\n", name)
	for line, err := range r.Lines(ctx) {
		if err != nil {
			return err
		}
		m.say(name, "%s: %s\n", name, strings.TrimSpace(string(line)))
	}
	return nil
}

// enter asks for a name until it is one that nobody has.
func (m room) enter(ctx context.Context, r *streams.Reader, w *streams.Writer) (string, error) {
	for {
		if _, err := w.WriteString("Your name? "); err != nil {
			return "", err
		}
		line, err := r.ReadLine(ctx)
		if err != nil {
			return "", err
		}
		name := strings.TrimSpace(line)
		if _, taken := m[name]; name != "" && !taken {
			m[name] = w
			return name, nil
		}
	}
}

// slow is how many unsent bytes make a member too slow to be waited for.
const slow = 1 << 20

// say writes to everybody but one. It never waits: who does not read is let go.
func (m room) say(from, format string, args ...any) {
	for name, w := range m {
		if name == from {
			continue
		}
		if _, err := fmt.Fprintf(w, format, args...); err != nil || w.Unsent() > slow {
			w.Abort()
		}
	}
}
