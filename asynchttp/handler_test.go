package asynchttp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

func TestHandlersShareStateWithoutAMutex(t *testing.T) {
	hits := 0
	handler := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		before := hits
		hits = before + 1
		fmt.Fprint(w, hits)
		return nil
	}}
	client := new(asynchttp.Client)
	defer client.Close()
	serveTasks(t, handler, func(ctx context.Context, url string) {
		answers, err := async.Map(ctx, 20, make([]int, 500), func(ctx context.Context, _ int) (int, error) {
			page, err := client.GetBytes(ctx, url)
			if err != nil {
				return 0, err
			}
			return strconv.Atoi(string(page))
		})
		require.NoError(t, err)
		require.Equal(t, 500, hits)
		seen := map[int]bool{}
		for _, n := range answers {
			require.False(t, seen[n])
			seen[n] = true
		}
	})
}

func TestHandlerReadsBodiesAndSetsStatusAndHeaders(t *testing.T) {
	handler := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		text, err := r.ReadAll(ctx)
		if err != nil {
			return err
		}
		w.Header().Set("X-Length", strconv.Itoa(len(text)))
		w.WriteHeader(http.StatusCreated)
		_, err = w.WriteString(strings.ToUpper(string(text)))
		return err
	}}
	client := new(asynchttp.Client)
	defer client.Close()
	serveTasks(t, handler, func(ctx context.Context, url string) {
		response, err := client.Post(ctx, url, "text/plain", strings.NewReader(strings.Repeat("x", 100_000)))
		require.NoError(t, err)
		defer response.Close()
		require.Equal(t, http.StatusCreated, response.StatusCode)
		require.Equal(t, "100000", response.Header.Get("X-Length"))
		text, err := response.ReadAll(ctx)
		require.NoError(t, err)
		require.Equal(t, strings.Repeat("X", 100_000), string(text))
	})
}

func TestHandlerAnswersWithItsError(t *testing.T) {
	var mu sync.Mutex
	var reported []error
	handler := &asynchttp.Handler{
		Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
			fmt.Fprint(w, "dropped")
			if r.URL.Path == "/teapot" {
				return &asynchttp.StatusError{Status: http.StatusTeapot, Text: "short and stout"}
			}
			return errors.New("a secret")
		},
		OnError: func(_ *http.Request, err error) {
			mu.Lock()
			defer mu.Unlock()
			reported = append(reported, err)
		},
	}
	client := new(asynchttp.Client)
	defer client.Close()
	serveTasks(t, handler, func(ctx context.Context, url string) {
		var status *asynchttp.StatusError
		_, err := client.GetBytes(ctx, url+"/teapot")
		require.ErrorAs(t, err, &status)
		require.Equal(t, "short and stout\n", status.Text)
		_, err = client.GetBytes(ctx, url)
		require.ErrorAs(t, err, &status)
		require.Equal(t, &asynchttp.StatusError{Status: 500, Text: "Internal Server Error\n"}, status)
	})
	require.Len(t, reported, 1)
	require.EqualError(t, reported[0], "a secret")
}

func TestHandlerThatFailsAfterAFlushBreaksTheAnswerOff(t *testing.T) {
	handler := &asynchttp.Handler{
		Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
			fmt.Fprint(w, "half")
			if err := w.Flush(ctx); err != nil {
				return err
			}
			return errors.New("the other half is missing")
		},
		OnError: func(*http.Request, error) {},
	}
	client := new(asynchttp.Client)
	defer client.Close()
	serveTasks(t, handler, func(ctx context.Context, url string) {
		_, err := client.GetBytes(ctx, url)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	})
}

func TestHandlerStreams(t *testing.T) {
	next := make(chan struct{})
	handler := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		for i := range 3 {
			fmt.Fprintln(w, i)
			if err := w.Flush(ctx); err != nil {
				return err
			}
			if _, _, err := async.Recv(ctx, next); err != nil {
				return err
			}
		}
		return nil
	}}
	client := new(asynchttp.Client)
	defer client.Close()
	serveTasks(t, handler, func(ctx context.Context, url string) {
		response, err := client.Get(ctx, url)
		require.NoError(t, err)
		defer response.Close()
		n := 0
		for line, err := range response.Lines(ctx) {
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(n), line)
			n++
			require.NoError(t, async.Send(ctx, next, struct{}{}))
		}
		require.Equal(t, 3, n)
	})
}

func TestAClientThatGoesAwayCancelsTheTask(t *testing.T) {
	for _, finish := range []bool{false, true} {
		t.Run(fmt.Sprint("finish ", finish), func(t *testing.T) {
			begun, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			handler := &asynchttp.Handler{
				Finish: finish,
				Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
					close(begun)
					_, _, err := async.Recv(ctx, goOn)
					ended <- err
					return err
				},
			}
			client := new(asynchttp.Client)
			defer client.Close()
			serveTasks(t, handler, func(ctx context.Context, url string) {
				task := async.Go(ctx, func(ctx context.Context) error {
					_, err := client.Get(ctx, url)
					return err
				})
				_, _, err := async.Recv(ctx, begun)
				require.NoError(t, err)
				task.Cancel()
				require.True(t, async.IsCanceled(task.Wait(ctx)))
				if finish {
					close(goOn)
				}
				err, _, failure := async.Recv(ctx, ended)
				require.NoError(t, failure)
				require.Equal(t, !finish, err != nil, "%v", err)
			})
		})
	}
}

func TestHandlerWithItsPortalClosedIsUnavailable(t *testing.T) {
	handler := &asynchttp.Handler{Serve: func(context.Context, *asynchttp.ResponseWriter, *asynchttp.Request) error { return nil }}
	base := serve(t, handler.ServeHTTP)
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		require.NoError(t, portal.Close())
		handler.Portals = []*async.Portal{portal}
		_, err := client.GetBytes(ctx, base)
		var status *asynchttp.StatusError
		require.ErrorAs(t, err, &status)
		require.Equal(t, http.StatusServiceUnavailable, status.Status)
	})
}

func TestServeDrainsWhenItIsCanceled(t *testing.T) {
	listener, base := listen(t)
	begun, goOn := make(chan struct{}), make(chan struct{})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				close(begun)
				_, _, err := async.Recv(ctx, goOn)
				fmt.Fprint(w, "answered")
				return err
			},
		}
		serving := async.Go(ctx, func(ctx context.Context) error {
			return asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Minute)
		})
		request := async.GoValue(ctx, func(ctx context.Context) ([]byte, error) { return client.GetBytes(ctx, base) })
		_, _, err := async.Recv(ctx, begun)
		require.NoError(t, err)
		serving.Cancel()
		require.NoError(t, async.Yield(ctx))
		require.NoError(t, async.Yield(ctx))
		require.False(t, serving.Done(), "a request is under way")
		close(goOn)
		page, err := request.Await(ctx)
		require.NoError(t, err)
		require.Equal(t, "answered", string(page))
		client.Close()
		_ = serving.Wait(ctx)
		_, err = client.Get(ctx, base)
		require.Error(t, err, "the listener is closed")
	})
}

func TestServeEndsWhatTakesLongerThanItsGrace(t *testing.T) {
	listener, base := listen(t)
	begun := make(chan struct{})
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				close(begun)
				return async.Sleep(ctx, time.Hour)
			},
		}
		serving := async.Go(ctx, func(ctx context.Context) error {
			err := asynchttp.Serve(ctx, &http.Server{Handler: handler}, listener, time.Millisecond)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			return nil
		})
		request := async.Go(ctx, func(ctx context.Context) error {
			_, err := client.GetBytes(ctx, base)
			return err
		})
		_, _, err := async.Recv(ctx, begun)
		require.NoError(t, err)
		serving.Cancel()
		require.Error(t, request.Wait(ctx))
		_ = serving.Wait(ctx)
	})
}

func TestServeReturnsTheErrorOfTheServer(t *testing.T) {
	listener, _ := listen(t)
	require.NoError(t, listener.Close())
	err := async.Run(t.Context(), func(ctx context.Context) error {
		return asynchttp.Serve(ctx, &http.Server{}, listener, time.Second)
	})
	require.Error(t, err)
}

// The loops of a handler answer in turn.
func TestHandlerSpreadsItsRequestsOverItsLoops(t *testing.T) {
	var runners [2]async.Runner
	handler := &asynchttp.Handler{Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
		_, err := fmt.Fprintf(w, "%p", async.RunningLoop(ctx))
		return err
	}}
	for i := range runners {
		handler.Portals = append(handler.Portals, runners[i].Start(t.Context()))
	}
	base := serve(t, handler.ServeHTTP)
	client := new(asynchttp.Client)
	run(t, client, func(ctx context.Context) {
		loops := map[string]int{}
		for range 10 {
			page, err := client.GetBytes(ctx, base)
			require.NoError(t, err)
			loops[string(page)]++
		}
		require.Len(t, loops, 2)
	})
	for i := range runners {
		require.NoError(t, handler.Portals[i].Close())
		require.NoError(t, runners[i].Close())
	}
}
