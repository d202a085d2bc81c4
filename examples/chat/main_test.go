package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/streams"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// member is a client of the chat.
type member struct {
	t *testing.T
	r *streams.Reader
	w *streams.Writer
}

// join connects and says a name, and others until one is taken.
func join(ctx context.Context, t *testing.T, o *streams.Options, addr string, names ...string) *member {
	t.Helper()
	r, w, err := o.OpenConnection(ctx, "tcp", addr)
	require.NoError(t, err)
	m := &member{t, r, w}
	for _, name := range names {
		asked, err := r.ReadUntil(ctx, "? ")
		require.NoError(t, err)
		require.Equal(t, "Your name? ", string(asked))
		m.say(name)
	}
	return m
}

func (m *member) say(line string) {
	m.t.Helper()
	_, err := m.w.WriteString(line + "\n")
	require.NoError(m.t, err)
}

func (m *member) hears(ctx context.Context, want string) {
	m.t.Helper()
	line, err := m.r.ReadLine(ctx)
	require.NoError(m.t, err)
	require.Equal(m.t, want+"\n", line)
}

// chat is a talk of three.
func chat(ctx context.Context, t *testing.T, o *streams.Options, addr string) {
	server, err := open(ctx, o, addr)
	require.NoError(t, err)
	addr = server.Addr().String()
	ann := join(ctx, t, o, addr, "Ann")
	bob := join(ctx, t, o, addr, "", "Bob")
	ann.hears(ctx, "* Bob is here")
	eve := join(ctx, t, o, addr, "Ann", "Eve")
	ann.hears(ctx, "* Eve is here")
	bob.hears(ctx, "* Eve is here")
	ann.say("hello")
	bob.hears(ctx, "Ann: hello")
	eve.hears(ctx, "Ann: hello")
	require.NoError(t, eve.w.Close())
	ann.hears(ctx, "* Eve has left")
	bob.hears(ctx, "* Eve has left")
	require.NoError(t, ann.w.Close())
	bob.hears(ctx, "* Ann has left")
	require.NoError(t, bob.w.Close())
	require.NoError(t, server.Shutdown(ctx, time.Minute))
}

func TestWhatOneSaysTheOthersRead(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		chat(ctx, t, &streams.Options{Network: new(streams.Memory)}, "localhost:4000")
	})
}

func TestTheChatWorksForReal(t *testing.T) {
	require.NoError(t, async.Run(context.Background(), func(ctx context.Context) error {
		chat(ctx, t, new(streams.Options), "127.0.0.1:0")
		return nil
	}))
}
