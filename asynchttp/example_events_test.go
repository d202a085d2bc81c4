package asynchttp_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strconv"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// A stream of server-sent events, from one task to another.
func ExampleResponseWriter_SendEvent() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		server := httptest.NewServer(&asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				for i := range 3 {
					err := w.SendEvent(ctx, asynchttp.Event{ID: strconv.Itoa(i), Name: "tick", Data: "hello"})
					if err != nil {
						return err
					}
				}
				return nil
			},
		})
		defer server.Close()
		var client asynchttp.Client
		defer client.Close()
		response, err := client.Get(ctx, server.URL)
		if err != nil {
			return err
		}
		defer response.Close()
		for event, err := range response.Events(ctx) {
			if err != nil {
				return err
			}
			fmt.Println(event.ID, event.Name, event.Data)
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// 0 tick hello
	// 1 tick hello
	// 2 tick hello
}
