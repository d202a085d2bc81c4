// Echo measures what an echo request costs: streams beside other servers, each
// in a process of its own, as are the clients. For each size and number of
// connections the servers take turns, round by round, and what counts is their
// ratio to the first in a round.
//
//	go run ./echo -conns 1,10,100,1000 -size 1024,10240,102400 -rounds 5
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobaton/async/benchmarks/internal/servers"
)

func main() {
	servers.ServeIfAsked()
	defer servers.Remove()
	clientIfAsked()
	conns := flag.String("conns", "1,10,100", "numbers of connections")
	sizes := flag.String("size", "1024", "bytes of a request")
	rounds := flag.Int("rounds", 5, "how often each is measured")
	length := flag.Duration("time", time.Second, "how long")
	names := flag.String("servers", "net,streams,streams-2,streams-goroutines,protocol,gnet,c,cpython-streams,cpython-protocol,uvloop-streams,uvloop-protocol,node", "which servers; the others are compared with the first")
	flag.Parse()
	chosen := choose(strings.Split(*names, ","))
	for _, size := range numbers(*sizes) {
		for _, n := range numbers(*conns) {
			compare(chosen, setting{conns: n, size: size, length: *length}, *rounds)
		}
	}
}

func numbers(list string) (all []int) {
	for _, s := range strings.Split(list, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			fail(err)
		}
		all = append(all, n)
	}
	return all
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	servers.Remove()
	os.Exit(1)
}

// choose returns the servers of these names that can be run here, and says
// which cannot.
func choose(names []string) (chosen []servers.Server) {
	for _, name := range names {
		s, ok := servers.Find(name)
		if !ok {
			fail(fmt.Errorf("no server is called %s", name))
		}
		p, err := s.Start(1024)
		if err != nil {
			fmt.Println("missing:", err)
			continue
		}
		p.Stop()
		chosen = append(chosen, s)
	}
	return chosen
}

// setting is what servers are compared in.
type setting struct {
	conns, size int
	length      time.Duration
}

// values are what the rounds have shown of a server, a list for each column.
type values map[string][]float64

// compare measures servers in turns, and prints the medians, and those of the
// ratios to the first.
func compare(chosen []servers.Server, in setting, rounds int) {
	found := make([]values, len(chosen))
	for range rounds {
		var first result
		for i, s := range chosen {
			r, err := measure(s, in)
			if err != nil {
				fail(fmt.Errorf("%s: %w", s.Name, err))
			}
			if i == 0 {
				first = r
			}
			if found[i] == nil {
				found[i] = values{}
			}
			found[i].add(r, first)
		}
	}
	for i, s := range chosen {
		v := found[i]
		fmt.Printf("%7d B %5d conns %-18s %8.0f requests/s (%.2f) %7.2f us CPU (%.2f)  p50 %7.0f us (%.2f)  p99 %7.0f us (%.2f)\n",
			in.size, in.conns, s.Name, v.median("rate"), v.median("rate/"), v.median("cpu"), v.median("cpu/"),
			v.median("p50"), v.median("p50/"), v.median("p99"), v.median("p99/"))
	}
}

// result is what a round has shown.
type result struct {
	rate     float64 // requests a second
	cpu      float64 // microseconds of the server's a request
	p50, p99 float64 // microseconds that a request took
}

func (v values) add(r, first result) {
	for name, pair := range map[string][2]float64{
		"rate": {r.rate, first.rate}, "cpu": {r.cpu, first.cpu}, "p50": {r.p50, first.p50}, "p99": {r.p99, first.p99},
	} {
		v[name] = append(v[name], pair[0])
		v[name+"/"] = append(v[name+"/"], pair[0]/pair[1])
	}
}

func (v values) median(name string) float64 {
	all := slices.Sorted(slices.Values(v[name]))
	return all[len(all)/2]
}

// measure runs a server and its clients.
func measure(s servers.Server, in setting) (result, error) {
	p, err := s.Start(in.size)
	if err != nil {
		return result{}, err
	}
	defer p.Stop()
	c, err := startClient(p.Addr, in, s.TLS)
	if err != nil {
		return result{}, err
	}
	before := p.CPU()
	told, err := c.run()
	if err != nil {
		return result{}, err
	}
	spent := p.CPU() - before
	return result{
		rate: float64(told.Requests) / in.length.Seconds(),
		cpu:  float64(spent.Microseconds()) / float64(told.Requests),
		p50:  told.P50, p99: told.P99,
	}, nil
}
