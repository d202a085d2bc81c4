package websocket_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	coder "github.com/coder/websocket"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynchttp/websocket"
)

// A server that sends back what comes in capitals, and its client.
func Example() {
	shout := func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		c, err := websocket.Accept(ctx, w, r, nil)
		if err != nil {
			return err
		}
		defer c.Abort()
		for message, err := range c.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := c.WriteText(ctx, strings.ToUpper(message.String())); err != nil {
				return err
			}
		}
		return nil
	}
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		server := httptest.NewServer(&asynchttp.Handler{Portals: []*async.Portal{portal}, Serve: shout})
		defer server.Close()

		c, err := websocket.Dial(ctx, server.URL, nil)
		if err != nil {
			return err
		}
		if err := c.WriteText(ctx, "hello"); err != nil {
			return err
		}
		answer, err := c.Read(ctx)
		if err != nil {
			return err
		}
		fmt.Println(answer)
		return c.Close(ctx, coder.StatusNormalClosure, "")
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// HELLO
}
