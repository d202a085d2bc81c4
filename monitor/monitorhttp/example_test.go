package monitorhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/monitorhttp"
)

// A server beside the loop shows its tasks in a browser.
func ExampleStart() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		s, err := monitorhttp.Start(m, monitorhttp.Options{Token: "secret"})
		if err != nil {
			return err
		}
		defer s.Close()
		base, query, _ := strings.Cut(s.URL(), "?")
		fmt.Println(strings.HasPrefix(base, "http://127.0.0.1:"), query)
		return nil
	})
	fmt.Println(err)
	// Output:
	// true token=secret
	// <nil>
}

// A handler is mounted in a server that is there already, and asked for a view
// by a program.
func ExampleNew() {
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		h := monitorhttp.New(m, monitorhttp.Options{})
		mux := http.NewServeMux()
		mux.Handle("/monitor/", http.StripPrefix("/monitor", h))

		async.Go(async.Named(ctx, "clerk"), async.Yield)
		r, err := http.NewRequestWithContext(ctx, "GET", "http://localhost/monitor/api/view?filter=clerk", nil)
		if err != nil {
			return err
		}
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Authorization", "Bearer "+h.Token())
		var v monitorhttp.View
		if err := json.Unmarshal(recorded(mux, r), &v); err != nil {
			return err
		}
		for _, row := range v.Rows {
			fmt.Println(row.Depth, row.Name, row.State)
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// 0 Task-1 running
	// 1 clerk new
	// <nil>
}

// recorded returns the body of an answer.
func recorded(h http.Handler, r *http.Request) []byte {
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, r)
	return w.body
}

type recorder struct {
	header http.Header
	body   []byte
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(int)             {}
func (w *recorder) Write(p []byte) (int, error) { w.body = append(w.body, p...); return len(p), nil }
