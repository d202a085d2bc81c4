// Shop is a server of orders that runs, and in which three things are wrong: a
// step that holds the baton, a lock that is held across an await, and tasks
// that never end. docs/monitor.md finds them with the monitor.
//
//	go run ./examples/shop -for 5s
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/monitor"
)

func main() {
	d := flag.Duration("for", 5*time.Second, "how long the shop is open")
	flag.Parse()
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		s := newShop(20*time.Millisecond, holdTheBaton)
		closed, err := s.open(ctx, *d, func() { fmt.Println(m.Snapshot()) })
		fmt.Println(closed, "orders were delivered")
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
}

// holdTheBaton computes without an await.
func holdTheBaton() {
	for begin := time.Now(); time.Since(begin) < 150*time.Millisecond; {
		continue
	}
}
