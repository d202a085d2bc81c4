package asynchttp_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// A server whose handlers are tasks of one loop: the counter needs no mutex. It
// serves until it is canceled, and answers what is under way.
func ExampleHandler() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		hits := 0
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				hits++
				_, err := fmt.Fprintf(w, "hello %s, you are number %d", r.URL.Query().Get("name"), hits)
				return err
			},
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		serving := async.Go(ctx, func(ctx context.Context) error {
			return asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Second)
		})
		var client asynchttp.Client
		for _, name := range []string{"Ada", "Grace"} {
			page, err := client.GetBytes(ctx, "http://"+listener.Addr().String()+"?name="+name)
			if err != nil {
				return err
			}
			fmt.Printf("%s\n", page)
		}
		client.Close()
		serving.Cancel()
		return serving.Wait(ctx)
	})
	fmt.Println(err)
	// Output:
	// hello Ada, you are number 1
	// hello Grace, you are number 2
	// <nil>
}
