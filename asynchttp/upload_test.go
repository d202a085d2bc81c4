package asynchttp_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// A body is written by one task while another waits for the answer.
func ExampleUpload() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "got %q", text)
	}))
	defer server.Close()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		var client asynchttp.Client
		defer client.Close()
		body := new(asynchttp.Upload)
		return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
			tg.Go(func(ctx context.Context) error {
				defer body.CloseWrite()
				for i := range 3 {
					if err := body.Write(ctx, fmt.Append(nil, i, " ")); err != nil {
						return err
					}
				}
				return nil
			})
			response, err := client.Post(ctx, server.URL, "text/plain", body)
			if err != nil {
				return err
			}
			defer response.Close()
			text, err := response.ReadAll(ctx)
			fmt.Printf("%s\n", text)
			return err
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// got "0 1 2 "
}

func TestUploadGoesOutAsItIsWritten(t *testing.T) {
	came := make(chan string)
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for p := make([]byte, 10); ; {
			n, err := io.ReadFull(r.Body, p)
			if err != nil {
				return
			}
			came <- string(p[:n])
		}
	})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		body := new(asynchttp.Upload)
		answer := async.Go(ctx, func(ctx context.Context) error {
			response, err := client.Post(ctx, base, "text/plain", body)
			if err == nil {
				response.Close()
			}
			return err
		})
		for i := range 5 {
			part := fmt.Sprintf("%010d", i)
			require.NoError(t, body.Write(ctx, []byte(part)))
			got, _, err := async.Recv(ctx, came)
			require.NoError(t, err)
			require.Equal(t, part, got)
		}
		body.CloseWrite()
		body.CloseWrite()
		require.NoError(t, answer.Wait(ctx))
		require.ErrorIs(t, body.Write(ctx, nil), io.ErrClosedPipe)
	})
}

func TestUploadEndsWithItsRequest(t *testing.T) {
	ended := make(chan struct{}) // a server that reads nothing hears of no end
	base := serve(t, func(http.ResponseWriter, *http.Request) { <-ended })
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		defer close(ended)
		body := new(asynchttp.Upload)
		request := async.Go(ctx, func(ctx context.Context) error {
			return async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
				_, err := client.Post(ctx, base, "text/plain", body)
				return err
			})
		})
		var err error
		for err == nil {
			err = body.Write(ctx, []byte(strings.Repeat("x", 1<<16)))
		}
		require.ErrorIs(t, err, io.ErrClosedPipe)
		require.ErrorIs(t, request.Wait(ctx), async.ErrTimeout)
	})
}

func TestUploadWriteThatIsCanceledLeavesNothing(t *testing.T) {
	run(t, new(asynchttp.Client), func(ctx context.Context) {
		body := new(asynchttp.Upload)
		write := async.GoEager(ctx, func(ctx context.Context) error { return body.Write(ctx, []byte("x")) })
		write.Cancel()
		require.True(t, async.IsCanceled(write.Wait(ctx)))
		body.CloseWrite()
		_, err := io.ReadAll(body)
		require.NoError(t, err)
		require.NoError(t, body.Close())
		require.NoError(t, body.Close())
	})
}
