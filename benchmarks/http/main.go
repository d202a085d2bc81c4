// Http measures what an HTTP request costs: asynchttp beside net/http alone,
// and beside aiohttp where a python3 has it. Client and server are processes of
// their own, of which one side at a time is compared, against a side of
// net/http's. They take turns, round by round, and what counts is their ratio
// in a round.
//
//	go run ./http -requests 10000 -conns 100 -rounds 7
//	go run ./http -idle 10000
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	role     = flag.String("role", "", "what this process is, server or client; nothing: it starts the others")
	kind     = flag.String("kind", "", "of whose making")
	addr     = flag.String("addr", "", "of the server, for a client")
	requests = flag.Int("requests", 10_000, "how many requests a round has")
	conns    = flag.Int("conns", 100, "how many of them at a time")
	rounds   = flag.Int("rounds", 7, "how often each is measured")
	sides    = flag.String("sides", "client,server", "which side is compared")
	python   = flag.String("python", "", "a python3 with aiohttp; nothing: the first that has it")
	waiting  = flag.Int("idle", 0, "how many connections to have waiting, in place of requests")
	profile  = flag.String("profile", "", "where a -role client writes its CPU profile")
)

func main() {
	flag.Parse()
	switch *role {
	case "server":
		servers[*kind]()
		return
	case "client":
		clients[*kind]()
		return
	}
	kinds := []string{"net/http", "async"}
	if *python = findPython(*python); *python != "" {
		kinds = append(kinds, "aiohttp")
	} else {
		fmt.Println("aiohttp is missing: no python3 has it")
	}
	if *waiting > 0 {
		must(compareIdle(kinds, *waiting))
		return
	}
	for _, side := range strings.Split(*sides, ",") {
		if err := compare(side, kinds); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

// result is what a round has shown of one side.
type result struct {
	rate float64 // requests a second
	cpu  float64 // microseconds a request of that side's process
}

// compare measures a side of each kind in turns, and prints the medians, and
// those of the ratios to the first.
func compare(side string, kinds []string) error {
	all := map[string][4][]float64{}
	for range *rounds {
		var first result
		for i, k := range kinds {
			r, err := measure(side, k)
			if err != nil {
				return fmt.Errorf("%s %s: %w", k, side, err)
			}
			if i == 0 {
				first = r
			}
			columns := all[k]
			for c, value := range []float64{r.rate, first.rate / r.rate, r.cpu, r.cpu / first.cpu} {
				columns[c] = append(columns[c], value)
			}
			all[k] = columns
		}
	}
	for _, k := range kinds {
		c := all[k]
		fmt.Printf("%-6s %-8s %7.0f requests/s, %.2fx the time;  %6.1f us CPU a request, %.2fx\n",
			side, k, median(c[0]), median(c[1]), median(c[2]), median(c[3]))
	}
	return nil
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// measure runs a server and a client, one of them of the kind in question and
// the other of net/http's.
func measure(side, k string) (r result, err error) {
	of := map[string]string{"server": "net/http", "client": "net/http"}
	of[side] = k
	server := command("server", of["server"])
	stop, err := server.StdinPipe()
	if err != nil {
		return r, err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return r, err
	}
	if err := server.Start(); err != nil {
		return r, err
	}
	if _, err := fmt.Fscanln(out, addr); err != nil {
		return r, err
	}
	client := command("client", of["client"])
	printed, failed := client.Output()
	_ = stop.Close()
	_ = server.Wait()
	if failed != nil {
		return r, failed
	}
	var seconds, cpu float64
	if _, err := fmt.Sscan(string(printed), &seconds, &cpu); err != nil {
		return r, fmt.Errorf("%w: %q", err, printed)
	}
	if side == "server" {
		// The connections and a first request on each come beside the
		// rest.
		state := server.ProcessState
		cpu = (state.UserTime() + state.SystemTime()).Seconds()
	}
	n := float64(*requests)
	return result{rate: n / seconds, cpu: cpu / n * 1e6}, nil
}

// command returns the process of a side.
func command(side, k string) *exec.Cmd {
	var cmd *exec.Cmd
	if k == "aiohttp" {
		cmd = pythonCommand(side)
	} else {
		cmd = exec.Command(os.Args[0], "-role", side, "-kind", k, "-addr", *addr,
			"-requests", strconv.Itoa(*requests), "-conns", strconv.Itoa(*conns))
	}
	cmd.Stderr = os.Stderr
	return cmd
}

// report prints how long a client took, and how much of the processor.
func report(since time.Time, cpu time.Duration) {
	fmt.Println(time.Since(since).Seconds(), (cpuTime() - cpu).Seconds())
}
