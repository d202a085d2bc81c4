package asynchttp_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve starts a server of net/http's, which ends with the test.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// run runs main with a client that is closed after it.
func run(t *testing.T, client *asynchttp.Client, main func(ctx context.Context)) {
	t.Helper()
	defer client.Close()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		main(ctx)
		return nil
	}))
}

// serveTasks runs main while a server answers with tasks of the same loop.
func serveTasks(t *testing.T, handler *asynchttp.Handler, main func(ctx context.Context, url string)) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	defer func() {
		server.CloseClientConnections()
		server.Close()
	}()
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		handler.Portals = []*async.Portal{portal}
		server.Start()
		main(ctx, server.URL)
		return nil
	}))
}

// listen returns a listener on loopback, and its address as a URL.
func listen(t *testing.T) (net.Listener, string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener, "http://" + listener.Addr().String()
}
