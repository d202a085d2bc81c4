package blocking

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
	"helper"
)

func worker(ctx context.Context) error {
	time.Sleep(time.Second) // want `time.Sleep blocks the loop: use async.Sleep`
	return async.Sleep(ctx, time.Second)
}

func viaAnother(ctx context.Context) error {
	time.Sleep(1) // want `time.Sleep blocks`
	return worker(ctx)
}

func viaAnotherPackage(ctx context.Context) error {
	time.Sleep(1) // want `time.Sleep blocks`
	return helper.Pause(ctx)
}

func noTask(ctx context.Context) error {
	time.Sleep(1)
	_ = helper.Plain(ctx)
	return async.Run(ctx, func(ctx context.Context) error {
		time.Sleep(1) // want `time.Sleep blocks`
		return nil
	})
}

func returned() async.Func {
	return func(ctx context.Context) error {
		time.Sleep(1) // want `time.Sleep blocks`
		return nil
	}
}

func network(ctx context.Context) error {
	_, _ = net.Dial("tcp", "example.com:80") // want `net.Dial blocks the loop: use it in a function given to ToThread`
	_, _ = http.Get("http://example.com")    // want `http.Get blocks`
	var c http.Client
	_, _ = c.Do(nil) // want `http.Client.Do blocks`
	var conn net.Conn
	_, _ = conn.Read(nil) // want `net.Conn.Read blocks`
	return async.Yield(ctx)
}

func channels(ctx context.Context, ch chan int) error {
	ch <- 1        // want `sending to a channel blocks the loop: use async.Send`
	<-ch           // want `receiving from a channel blocks the loop: use async.Recv`
	v := <-ch      // want `receiving from a channel blocks`
	for range ch { // want `ranging over a channel blocks`
	}
	select { // want `select blocks`
	case ch <- v:
	case <-ctx.Done():
	}
	select {
	case ch <- v:
	case v = <-ch:
	default:
	}
	<-ch //asyncvet:ignore there is something in it
	return async.Yield(ctx)
}

func elsewhere(ctx context.Context, ch chan int) error {
	go func() { ch <- 1 }()
	go func() {
		time.Sleep(1)
	}()
	time.AfterFunc(1, func() { <-ch })
	defer func() {
		<-ch // want `receiving from a channel blocks`
	}()
	func() {
		<-ch // want `receiving from a channel blocks`
	}()
	async.RunningLoop(ctx).CallSoon(func() {
		<-ch // want `receiving from a channel blocks`
	})
	return async.ToThread(ctx, func(ctx context.Context) error {
		time.Sleep(1)
		<-ch
		return nil
	})
}

type shared struct {
	mu sync.Mutex
	rw sync.RWMutex
	n  int
}

func (s *shared) held(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	return async.Yield(ctx) // want `s.mu is locked during this await`
}

func (s *shared) heldForReading(ctx context.Context) error {
	s.rw.RLock()
	err := worker(ctx) // want `s.rw is locked during this await`
	s.rw.RUnlock()
	return err
}

func (s *shared) released(ctx context.Context) error {
	s.mu.Lock()
	s.n++
	async.Go(ctx, worker) // does not suspend
	s.mu.Unlock()
	return async.Yield(ctx)
}

func ours(ctx context.Context, l *primitives.Lock) error {
	if err := l.Acquire(ctx); err != nil {
		return err
	}
	defer l.Release()
	return l.With(ctx, func(ctx context.Context) error {
		time.Sleep(1) // want `time.Sleep blocks`
		return nil
	})
}

func waits(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Wait() // want `sync.WaitGroup.Wait blocks the loop: use a TaskGroup`
	if err := async.Yield(ctx); err != nil {
		return err
	}
	return async.Run(ctx, worker) // want `async.Run blocks`
}
