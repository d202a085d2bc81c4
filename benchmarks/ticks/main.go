// Ticks measures how late tasks are that tick while connections are served
// beside them: 1,000 tasks wake each 10 ms, and meanwhile 10 connections send
// and wait for echoes as fast as they can, or one sends bytes that both ends
// hash. The peer of the connections is another process.
//
//	go run ./ticks -loads quiet,busy,tcp,unix,tls -size 1073741824
//
// A load is measured with our streams and, for comparison, with Go's net, where
// goroutines tick and serve.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

// setting is what is measured.
type setting struct {
	load   string
	size   int           // bytes of a transfer
	length time.Duration // of the loads that have no end of their own
	tasks  int
	every  time.Duration
}

func main() {
	peerIfAsked()
	var in setting
	loads := flag.String("loads", "quiet,busy,tcp,unix,tls", "what goes on meanwhile")
	sides := flag.String("sides", "streams,net", "what ticks and serves")
	rounds := flag.Int("rounds", 1, "how often each is measured")
	flag.IntVar(&in.size, "size", 1<<30, "bytes of a transfer")
	flag.DurationVar(&in.length, "time", 2*time.Second, "how long quiet and busy are")
	flag.IntVar(&in.tasks, "tasks", 1000, "how many tick")
	flag.DurationVar(&in.every, "every", 10*time.Millisecond, "how often each does")
	flag.Parse()
	for range *rounds {
		for in.load = range strings.SplitSeq(*loads, ",") {
			for side := range strings.SplitSeq(*sides, ",") {
				if err := measure(side, in); err != nil {
					fmt.Fprintln(os.Stderr, side, in.load+":", err)
					os.Exit(1)
				}
			}
		}
	}
}

func measure(side string, in setting) error {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	began := time.Now()
	var late *lateness
	var err error
	switch side {
	case "streams":
		late, err = measureStreams(ctx, in)
	case "net":
		late, err = measureNet(ctx, in)
	default:
		err = fmt.Errorf("no such side")
	}
	if err != nil {
		return err
	}
	took := time.Since(began)
	fmt.Printf("%-7s %-5s %7d ticks late by p50 %6d us, p99 %6d us, at most %6d us", side, in.load, late.count,
		late.quantile(0.5).Microseconds(), late.quantile(0.99).Microseconds(), late.most.Microseconds())
	if in.transfers() {
		fmt.Printf("; %.0f MiB/s, hashes agree", float64(in.size)/(1<<20)/took.Seconds())
	}
	fmt.Println()
	return nil
}

func (s *setting) transfers() bool { return s.load == "tcp" || s.load == "unix" || s.load == "tls" }

// lateness counts by how much ticks were late, in steps of 10 us.
type lateness struct {
	count   int
	most    time.Duration
	buckets [100_000]int32
}

const step = 10 * time.Microsecond

func (l *lateness) note(d time.Duration) {
	d = max(0, d)
	l.count++
	l.most = max(l.most, d)
	l.buckets[min(int(d/step), len(l.buckets)-1)]++
}

// quantile returns by how much a part q of the ticks was late at most.
func (l *lateness) quantile(q float64) time.Duration {
	left := int32(q * float64(l.count))
	for i, n := range l.buckets {
		if left -= n; left < 0 {
			return time.Duration(i+1) * step
		}
	}
	return l.most
}
