package main

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynchttp/websocket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// chat runs main while the server serves. It returns the server's error.
func chat(t *testing.T, main func(ctx context.Context, address string)) error {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var served error
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		server := async.Go(ctx, func(ctx context.Context) error { return serve(ctx, listener) })
		main(ctx, listener.Addr().String())
		server.Cancel()
		served = server.Wait(ctx)
		return nil
	}))
	return served
}

// enter connects somebody, who hears that.
func enter(t *testing.T, ctx context.Context, address, name string) *websocket.Conn {
	t.Helper()
	c, err := websocket.Dial(ctx, "ws://"+address+"/chat?name="+name, nil)
	require.NoError(t, err)
	hears(t, ctx, c, name+" is here")
	return c
}

func hears(t *testing.T, ctx context.Context, c *websocket.Conn, text string) {
	t.Helper()
	m, err := c.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, text, m.String())
}

func TestWhatOneSaysAllHear(t *testing.T) {
	err := chat(t, func(ctx context.Context, address string) {
		ann := enter(t, ctx, address, "Ann")
		bob := enter(t, ctx, address, "Bob")
		hears(t, ctx, ann, "Bob is here")
		require.NoError(t, ann.WriteText(ctx, "hello"))
		hears(t, ctx, ann, "Ann: hello")
		hears(t, ctx, bob, "Ann: hello")
		require.NoError(t, bob.WriteText(ctx, "hi"))
		hears(t, ctx, ann, "Bob: hi")
		hears(t, ctx, bob, "Bob: hi")
		require.NoError(t, bob.Close(ctx, 1000, ""))
		hears(t, ctx, ann, "Bob has left")
		ann.Abort()
	})
	require.NoError(t, err)
}

func TestWhoHasNoNameStaysOutside(t *testing.T) {
	err := chat(t, func(ctx context.Context, address string) {
		_, err := websocket.Dial(ctx, "ws://"+address+"/chat", nil)
		require.ErrorContains(t, err, "400")
	})
	require.NoError(t, err)
}

func TestThePageIsServed(t *testing.T) {
	err := chat(t, func(ctx context.Context, address string) {
		client := new(asynchttp.Client)
		defer client.Close()
		text, err := client.GetBytes(ctx, "http://"+address+"/")
		require.NoError(t, err)
		require.Equal(t, page, text)
	})
	require.NoError(t, err)
}
