package workloads

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
	"github.com/gobaton/async/benchmarks/internal/measure"
)

var https = []measure.Workload{
	httpClients("http-client-1", 1), httpClients("http-client-100", httpAtOnce),
	{
		Name:  "http-handler-100",
		About: "A hundred goroutines of net/http's client ask a server whose handlers are ours, or net/http's. An operation is a request.",
		Runners: []measure.Runner{
			{Name: "async", Body: handleAsync},
			{Name: "net/http", Body: handleNetHTTP},
		},
		Goals: []measure.Goal{within("net/http", 1.1)},
	},
}

const httpAtOnce = 100

func httpClients(name string, atOnce int) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: "So many at a time ask net/http's server in the same process, and read the answer to its end: with our client, or net/http's. An operation is a request.",
		Runners: []measure.Runner{
			{Name: "async", Body: sized(atOnce, requestAsync)},
			{Name: "net/http", Body: sized(atOnce, requestNetHTTP)},
		},
		Goals: []measure.Goal{within("net/http", 1.1)},
	}
}

var httpAnswer = []byte("Hello, world!\n")

func answerNetHTTP(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(httpAnswer) }

func answerAsync(_ context.Context, w *asynchttp.ResponseWriter, _ *asynchttp.Request) error {
	_, err := w.Write(httpAnswer)
	return err
}

// requestAsync has tasks of one loop ask.
func requestAsync(b *testing.B, atOnce int) {
	server := httptest.NewServer(http.HandlerFunc(answerNetHTTP))
	defer server.Close()
	var client asynchttp.Client
	defer client.Close()
	ask := func(ctx context.Context) error {
		_, err := client.GetBytes(ctx, server.URL)
		return err
	}
	run(func(ctx context.Context) error {
		left := 0
		work := func(ctx context.Context) error {
			for left > 0 {
				left--
				if err := ask(ctx); err != nil {
					return err
				}
			}
			return nil
		}
		left = atOnce // the connections are there before
		if err := waitAll(ctx, startAll(ctx, atOnce, work)); err != nil {
			return err
		}
		b.ResetTimer()
		left = b.N
		err := waitAll(ctx, startAll(ctx, atOnce, work))
		b.StopTimer()
		return err
	})
}

// requestNetHTTP has goroutines ask.
func requestNetHTTP(b *testing.B, atOnce int) {
	server := httptest.NewServer(http.HandlerFunc(answerNetHTTP))
	defer server.Close()
	askAll(b, server.URL, atOnce)
}

// askAll has net/http's client ask b.N times, with the goroutines there are to
// be.
func askAll(b *testing.B, url string, atOnce int) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost, transport.MaxIdleConns = httpAtOnce, 0
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	askTimes(client, url, atOnce, atOnce)
	b.ResetTimer()
	askTimes(client, url, atOnce, b.N)
	b.StopTimer()
}

func askTimes(client *http.Client, url string, atOnce, times int) {
	var done sync.WaitGroup
	var left atomic.Int64
	left.Store(int64(times))
	for range atOnce {
		done.Go(func() {
			for left.Add(-1) >= 0 {
				response, err := client.Get(url)
				must(err)
				_, err = io.ReadAll(response.Body)
				must(err)
				must(response.Body.Close())
			}
		})
	}
	done.Wait()
}

// handleAsync answers with tasks of one loop.
func handleAsync(b *testing.B) {
	runner := new(async.Runner)
	portal := runner.Start(context.Background())
	server := httptest.NewServer(&asynchttp.Handler{Portals: []*async.Portal{portal}, Serve: answerAsync})
	askAll(b, server.URL, httpAtOnce)
	server.Close()
	must(runner.Close())
}

// handleNetHTTP answers with net/http's goroutines.
func handleNetHTTP(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(answerNetHTTP))
	defer server.Close()
	askAll(b, server.URL, httpAtOnce)
}
