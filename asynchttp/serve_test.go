package asynchttp_test

import (
	"context"
	"net/http"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

func TestServeInATaskThatAGoexitEndsReportsNothing(t *testing.T) {
	listener, base := listen(t)
	var told []string
	ended := make(chan struct{})
	go func() { // a Goexit in a task ends the goroutine of Run
		defer close(ended)
		runner := &async.Runner{OnError: func(e *async.ErrorEvent) { told = append(told, e.Message+": "+e.Err.Error()) }}
		defer runner.Close()
		_ = runner.Run(t.Context(), func(ctx context.Context) error {
			portal := async.RunningLoop(ctx).Portal()
			defer portal.Close()
			handler := &asynchttp.Handler{
				Portals: []*async.Portal{portal},
				Serve: func(context.Context, *asynchttp.ResponseWriter, *asynchttp.Request) error {
					runtime.Goexit()
					return nil
				},
			}
			async.Go(ctx, func(ctx context.Context) error {
				client := new(asynchttp.Client)
				defer client.Close()
				_, _ = client.GetBytes(ctx, base)
				return nil
			})
			return asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Second)
		})
	}()
	<-ended
	require.Empty(t, told)
}
