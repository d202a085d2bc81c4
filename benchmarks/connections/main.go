// Connections measures what a connection that is open and idle costs: how much
// more memory a server has with so many of them, each, before a request and
// after one on each. The clients are in this process, the server in another.
//
//	go run ./connections -n 10000
package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"

	"github.com/gobaton/async/benchmarks/internal/servers"
)

func main() {
	servers.ServeIfAsked()
	defer servers.Remove()
	n := flag.Int("n", 10_000, "how many connections; the limit of descriptors has to allow them")
	rounds := flag.Int("rounds", 3, "how often each is measured")
	names := flag.String("servers", "", "which servers; nothing: all")
	flag.Parse()
	for _, s := range servers.Lines {
		if *names != "" && !slices.Contains(strings.Split(*names, ","), s.Name) {
			continue
		}
		var before, after []int
		for range *rounds {
			b, a, err := measure(s, *n)
			if err != nil {
				fmt.Fprintln(os.Stderr, "missing:", err)
				break
			}
			before, after = append(before, b), append(after, a)
		}
		if len(before) == 0 {
			continue
		}
		fmt.Printf("%6d connections %-17s %6d bytes each, %6d after a request\n", *n, s.Name, median(before), median(after))
	}
}

func median(all []int) int {
	slices.Sort(all)
	return all[len(all)/2]
}

// measure returns how many bytes a connection costs, before a request and after
// one.
func measure(s servers.Server, n int) (before, after int, err error) {
	p, err := s.Start(4 << 10)
	if err != nil {
		return 0, 0, err
	}
	defer p.Stop()
	if err := once(p.Addr); err != nil { // what the first one needs is not counted
		return 0, 0, err
	}
	empty, err := resident(p)
	if err != nil {
		return 0, 0, err
	}
	conns := make([]net.Conn, n)
	for i := range conns {
		if conns[i], err = net.Dial("tcp", p.Addr); err != nil {
			return 0, 0, err
		}
		defer conns[i].Close()
	}
	if err := once(p.Addr); err != nil { // all that came before are accepted then
		return 0, 0, err
	}
	idle, err := resident(p)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range conns {
		if err := request(c); err != nil {
			return 0, 0, err
		}
	}
	used, err := resident(p)
	return (idle - empty) / n, (used - empty) / n, err
}

func resident(p *servers.Process) (int, error) {
	err := p.Collect()
	return p.Resident(), err
}

func once(addr string) error {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	return request(c)
}

var (
	line   = []byte(strings.Repeat("x", 1023) + "\n")
	answer = make([]byte, len(line))
)

func request(c net.Conn) error {
	if _, err := c.Write(line); err != nil {
		return err
	}
	_, err := io.ReadFull(c, answer)
	return err
}
