package asynchttp_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/asynctest"
)

// explore runs f with tasks canceled at whichever await, in all orders.
func explore(t *testing.T, f func(t testing.TB, ctx context.Context)) {
	t.Helper()
	schedules := 1000
	if testing.Short() {
		schedules = 150
	}
	synctest.Test(t, func(t *testing.T) {
		asynctest.Explorer{Cancel: true, Schedules: schedules}.Explore(t, f)
	})
}

// servers are those that a client talks to, in memory: an http.RoundTripper
// that counts the bodies that are open.
type servers struct {
	mu   sync.Mutex
	t    testing.TB
	open int
}

// newServers returns servers of which no body is open when the loop of t has
// ended.
func newServers(t testing.TB) *servers {
	s := &servers{t: t}
	t.Cleanup(func() {
		if s.open != 0 {
			t.Errorf("%d bodies are open", s.open)
		}
	})
	return s
}

func (s *servers) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/silent" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	body := &memoryBody{servers: s, request: r, rest: "first\nsecond\nthird\n"}
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: body, Request: r}, nil
}

// memoryBody is a body, of which /slow never brings the end.
type memoryBody struct {
	*servers
	request *http.Request
	rest    string
	closed  bool
}

func (b *memoryBody) Read(p []byte) (int, error) {
	if b.rest == "" && b.request.URL.Path == "/slow" {
		<-b.request.Context().Done()
		return 0, b.request.Context().Err()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	if b.rest == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), 8)], b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

func (b *memoryBody) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		b.open--
	}
	return nil
}

func requireEndOfRequest(t testing.TB, err error) {
	t.Helper()
	require.True(t, err == nil || async.IsCanceled(err) || errors.Is(err, context.Canceled), "%v", err)
}

func TestRequestsLeaveNothingInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		client := &asynchttp.Client{Transport: newServers(t)}
		whole := func(ctx context.Context) error {
			page, err := client.GetBytes(ctx, "http://memory/")
			if err == nil {
				require.Len(t, string(page), 19)
			}
			return err
		}
		lines := func(ctx context.Context) error {
			response, err := client.Get(ctx, "http://memory/")
			if err != nil {
				return err
			}
			defer response.Close()
			got := []string{}
			for line, err := range response.Lines(ctx) {
				if err != nil {
					return err
				}
				got = append(got, line)
			}
			require.Equal(t, []string{"first", "second", "third"}, got)
			return nil
		}
		results, err := async.GatherSettled(ctx, async.Funcs(whole, lines)...)
		require.NoError(t, err)
		for _, r := range results {
			requireEndOfRequest(t, r.Err)
		}
	})
}

// Servers that never answer, and bodies that never end, end with the task.
func TestRequestsThatAreCanceledEndInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		client := &asynchttp.Client{Transport: newServers(t)}
		silent := async.Go(ctx, func(ctx context.Context) error {
			response, err := client.Get(ctx, "http://memory/silent")
			require.Nil(t, response)
			return err
		})
		slow := async.Go(ctx, func(ctx context.Context) error {
			response, err := client.Get(ctx, "http://memory/slow")
			if err != nil {
				return err
			}
			defer response.Close()
			_, err = response.ReadAll(ctx)
			require.Error(t, err)
			return err
		})
		for range 3 {
			require.NoError(t, async.Yield(ctx))
		}
		silent.Cancel()
		slow.Cancel()
		for _, task := range []*async.Task[async.Void]{silent, slow} {
			err := task.Wait(ctx)
			require.Error(t, err)
			requireEndOfRequest(t, err)
		}
	})
}

// writer is a connection to which nothing is written at once by two, or when
// its handler has returned.
type writer struct {
	*httptest.ResponseRecorder
	mu     sync.Mutex
	t      testing.TB
	closed bool
}

func (w *writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		w.t.Errorf("a write after the end of the handler")
	}
	return w.ResponseRecorder.Write(p)
}

func TestHandlersWriteNothingAfterTheirEndInAllOrders(t *testing.T) {
	explore(t, func(t testing.TB, ctx context.Context) {
		portal := async.RunningLoop(ctx).Portal()
		defer portal.Close()
		answered := 0
		handler := &asynchttp.Handler{
			Portals: []*async.Portal{portal},
			Serve: func(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request) error {
				text, err := r.ReadAll(ctx)
				if err != nil {
					return err
				}
				for _, part := range []string{"you said ", string(text)} {
					_, _ = w.WriteString(part)
					if err := w.Flush(ctx); err != nil {
						return err
					}
				}
				answered++
				return nil
			},
			OnError: func(_ *http.Request, err error) { t.Errorf("%v", err) },
		}
		request := func(ctx context.Context) error {
			w := &writer{ResponseRecorder: httptest.NewRecorder(), t: t}
			return async.ToThread(ctx, func(ctx context.Context) error {
				defer func() {
					v := recover() // the answer is broken off
					w.mu.Lock()
					defer w.mu.Unlock()
					w.closed = true
					if v != nil && v != http.ErrAbortHandler {
						panic(v)
					}
				}()
				r := httptest.NewRequest("POST", "/", strings.NewReader("hello")).WithContext(ctx)
				handler.ServeHTTP(w, r)
				if text := w.Body.String(); text != "you said hello" && w.Code == 200 && text != "" {
					t.Errorf("%q", text)
				}
				return nil
			})
		}
		results, err := async.GatherSettled(ctx, async.Funcs(request, request)...)
		require.NoError(t, err)
		for _, r := range results {
			requireEndOfRequest(t, r.Err)
		}
		require.LessOrEqual(t, answered, 2)
	})
}
