package asynchttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

func TestABodyThatBreaksOffIsTheErrorOfGetBytes(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		_, err := client.GetBytes(ctx, base)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.ErrorIs(t, client.GetJSON(ctx, base, new(string)), io.ErrUnexpectedEOF)
	})
}

func TestGetBytesThatIsCanceledEndsTheRequest(t *testing.T) {
	asked, gone := make(chan struct{}), make(chan struct{})
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		close(asked)
		<-r.Context().Done()
		close(gone)
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		task := async.GoValue(ctx, func(ctx context.Context) ([]byte, error) { return client.GetBytes(ctx, base) })
		_, _, err := async.Recv(ctx, asked)
		require.NoError(t, err)
		task.Cancel()
		_, err = task.Await(ctx)
		require.True(t, async.IsCanceled(err))
		_, _, err = async.Recv(ctx, gone)
		require.NoError(t, err)
	})
}

// TestRequestsWithoutABodySayNothingOfOne holds what is sent against what
// net/http sends.
func TestRequestsWithoutABodySayNothingOfOne(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintln(r.Method, r.ContentLength, r.TransferEncoding, r.Header["Content-Length"]))
		_, _ = io.WriteString(w, "ok "+r.RemoteAddr)
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		var peers []string
		for _, method := range []string{http.MethodGet, http.MethodGet, http.MethodOptions} {
			r, err := http.NewRequest(method, base, nil)
			require.NoError(t, err)
			response, err := client.Do(ctx, r)
			require.NoError(t, err)
			text, err := response.ReadAll(ctx)
			require.NoError(t, err)
			peers = append(peers, string(text))
			response.Close()
		}
		require.Equal(t, peers[0], peers[1], "the connection is used again")
		require.Equal(t, peers[0], peers[2])
	})
	for _, line := range seen {
		require.True(t, strings.HasSuffix(line, " 0 [] []\n"), line)
	}
}
