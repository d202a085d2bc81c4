// Package named has coroutines that are given by name, and what blocks one call deep.
package named

import (
	"bufio"
	"context"
	"database/sql"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gobaton/async"
	"slowhelper"
)

func byName(ctx context.Context) error {
	time.Sleep(1) // want `time.Sleep blocks`
	return nil
}

type server struct {
	mu sync.Mutex
	n  int
	db *sql.DB
}

func (s *server) method(ctx context.Context) error {
	_, err := s.db.QueryContext(ctx, "") // want `sql.DB.QueryContext blocks`
	return err
}

func start(ctx context.Context, s *server) {
	async.Go(ctx, byName)
	async.Go(ctx, s.method)
	inVariable := func(ctx context.Context) error {
		_, err := os.ReadFile("x") // want `os.ReadFile blocks`
		return err
	}
	async.Go(ctx, inVariable)
	_ = async.Func(converted)
}

func converted(context.Context) error {
	time.Sleep(1) // want `time.Sleep blocks`
	return nil
}

func nap() { time.Sleep(1) }

func deep(ctx context.Context) error {
	nap()                          // want `nap blocks the loop, by time.Sleep`
	slowhelper.Nap()               // want `Nap blocks the loop, by time.Sleep`
	slowhelper.Quick()             // right
	_, err := slowhelper.Load("x") // want `Load blocks the loop, by os.ReadFile`
	if err != nil {
		return err
	}
	return async.Yield(ctx)
}

func lines(ctx context.Context, f *os.File) error {
	in := bufio.NewScanner(f)
	for in.Scan() { // want `bufio.Scanner.Scan blocks`
	}
	words := bufio.NewScanner(strings.NewReader("a b"))
	for words.Scan() { // right: it is in memory
	}
	return async.Yield(ctx)
}

func main() {
	go http.ListenAndServe(":80", nil) // right: a goroutine of its own
	go nap()
	_ = async.Run(context.Background(), func(ctx context.Context) error {
		go http.ListenAndServe(":80", nil) // right
		return async.Yield(ctx)
	})
}

func room(ctx context.Context) error {
	ch := make(chan int, 2)
	ch <- 1 // right: there is room
	ch <- 2 // right
	<-ch    // right: there is something in it
	<-ch    // right
	<-ch    // want `receiving from a channel blocks`
	ch <- 1 // right
	ch <- 1 // right
	ch <- 1 // want `sending to a channel blocks`
	for {
		ch <- 1 // want `sending to a channel blocks`
		if err := async.Yield(ctx); err != nil {
			return err
		}
	}
}

func (s *server) brief(ctx context.Context) error {
	func() { s.mu.Lock(); defer s.mu.Unlock(); s.n++ }()
	return async.Yield(ctx) // right: unlocked by then
}

func (s *server) early(ctx context.Context) error {
	s.mu.Lock()
	if s.n == 0 {
		s.mu.Unlock()
		return async.Yield(ctx) // right: unlocked here
	}
	err := async.Yield(ctx) // want `s.mu is locked during this await`
	s.mu.Unlock()
	return err
}
