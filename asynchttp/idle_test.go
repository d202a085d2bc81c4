//go:build unix && !freebsd && !dragonfly

package asynchttp_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// idle opens n connections to a server, has each used once, and returns the
// bytes that one of them holds then, on both sides. All of them are used again
// after that.
func idle(t *testing.T, address string, n int) (each int) {
	const request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	answer := make([]byte, 1<<10)
	ask := func(conn net.Conn) {
		_, err := io.WriteString(conn, request)
		require.NoError(t, err)
		got := ""
		for !strings.HasSuffix(got, "\r\n\r\nok") {
			n, err := conn.Read(answer)
			require.NoError(t, err)
			got += string(answer[:n])
		}
	}
	conns := make([]net.Conn, n)
	before := memory()
	for i := range conns {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		defer conn.Close()
		conns[i] = conn
		ask(conn)
	}
	each = (memory() - before) / n
	for _, conn := range conns {
		ask(conn)
	}
	return each
}

// descriptors asks for so many, and returns how many there may be.
func descriptors(wanted int) int {
	var limit syscall.Rlimit
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	if limit.Cur >= uint64(wanted) {
		return wanted
	}
	raised := syscall.Rlimit{Cur: uint64(wanted), Max: max(limit.Max, uint64(wanted))}
	if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &raised) == nil { // beyond Max only root may go
		return wanted
	}
	limit.Cur = limit.Max
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return int(limit.Cur)
}

// memory is what heap and stacks hold.
func memory() int {
	var stats runtime.MemStats
	for range 2 { // the first fills pools that the second empties
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return int(stats.HeapInuse + stats.StackInuse)
}

// Ten thousand connections that wait for their next request hold no more than
// those of a handler of net/http's, are all answered again, and end with the
// server.
func TestServeHoldsIdleConnections(t *testing.T) {
	n := 10_000
	if testing.Short() {
		n = 500
	}
	if most := descriptors(2*n + 100); most < 2*n+100 {
		n = (most - 100) / 2
		t.Logf("missing: descriptors for more than %d connections", n)
	}
	listener, base := listen(t)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") })}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener)
	}()
	theirs := idle(t, strings.TrimPrefix(base, "http://"), n)
	require.NoError(t, server.Close())
	<-ended

	listener, base = listen(t)
	require.NoError(t, async.Run(t.Context(), func(ctx context.Context) error {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(_ context.Context, w *asynchttp.ResponseWriter, _ *asynchttp.Request) error {
				_, err := w.WriteString("ok")
				return err
			},
		}
		serving := async.Go(ctx, func(ctx context.Context) error {
			return asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Minute)
		})
		ours, err := async.ToThreadValue(ctx, func(context.Context) (int, error) {
			return idle(t, strings.TrimPrefix(base, "http://"), n), nil
		})
		require.NoError(t, err)
		t.Logf("%d connections: %d bytes each, %d those of net/http", n, ours, theirs)
		require.Less(t, ours, theirs*5/4)
		serving.Cancel()
		return serving.Wait(ctx)
	}))
}
