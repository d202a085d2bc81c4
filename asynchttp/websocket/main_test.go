package websocket_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynchttp/websocket"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve runs main while a server gives WebSockets to tasks of the same loop.
func serve(t *testing.T, accepted func(ctx context.Context, c *websocket.Conn) error, main func(ctx context.Context, url string)) {
	t.Helper()
	handler := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		c, err := websocket.Accept(ctx, w, r, nil)
		if err != nil {
			return nil // the client was told
		}
		defer c.Abort()
		return accepted(ctx, c)
	}}
	server := httptest.NewUnstartedServer(handler)
	defer server.Close()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		handler.Portals = []*async.Portal{portal}
		server.Start()
		main(ctx, strings.Replace(server.URL, "http", "ws", 1))
		return nil
	}))
}

// echo sends back what comes.
func echo(ctx context.Context, c *websocket.Conn) error {
	for m, err := range c.Messages(ctx) {
		if err != nil {
			return nil
		}
		if err := c.Write(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
