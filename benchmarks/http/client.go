package main

import (
	"context"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// clients ask so many times, so many at a time, when each has a connection.
var clients = map[string]func(){"net/http": askNetHTTP, "async": askAsync}

func askNetHTTP() {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost, transport.MaxIdleConns = *conns, 0
	client := &http.Client{Transport: transport}
	ask := func(times int) {
		var done sync.WaitGroup
		var left atomic.Int64
		left.Store(int64(times))
		for range *conns {
			done.Go(func() {
				for left.Add(-1) >= 0 {
					response, err := client.Get("http://" + *addr)
					must(err)
					_, err = io.ReadAll(response.Body)
					must(err)
					must(response.Body.Close())
				}
			})
		}
		done.Wait()
	}
	ask(*conns)
	start, cpu := time.Now(), cpuTime()
	profiled(func() { ask(*requests) })
	report(start, cpu)
}

func askAsync() {
	must(async.Run(context.Background(), func(ctx context.Context) error {
		var client asynchttp.Client
		ask := func(times int) error {
			return async.WithTaskGroup(ctx, func(ctx context.Context, tg *async.TaskGroup) error {
				for range *conns {
					tg.Go(func(ctx context.Context) error {
						for times > 0 {
							times--
							if _, err := client.GetBytes(ctx, "http://"+*addr); err != nil {
								return err
							}
						}
						return nil
					})
				}
				return nil
			})
		}
		if err := ask(*conns); err != nil {
			return err
		}
		start, cpu := time.Now(), cpuTime()
		profiled(func() { must(ask(*requests)) })
		report(start, cpu)
		return nil
	}))
}
