// Echo measures what an echo request costs: streams beside Go's own net, with
// clients in a process of their own. For each number of connections the servers
// take turns, round by round, and what counts is their ratio in a round.
//
//	go run ./echo -conns 1,10,100 -size 1024 -rounds 5 -time 1s
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/protocol"
	"github.com/gobaton/async/streams"
)

func main() {
	role := flag.String("role", "", "what this process is; nothing: it starts the others")
	conns := flag.String("conns", "1,10,100", "numbers of connections")
	size := flag.Int("size", 1024, "bytes of a request")
	rounds := flag.Int("rounds", 5, "how often each is measured")
	length := flag.Duration("time", time.Second, "how long")
	addr := flag.String("addr", "", "of the server, for a client")
	kinds := flag.String("servers", "net,streams,goroutines,protocol", "which servers; the first is what the others are compared with")
	flag.Parse()
	if *role == "client" {
		n, _ := strconv.Atoi(*conns)
		fmt.Println(load(*addr, n, *size, *length))
		return
	}
	if serve, ok := servers[*role]; ok {
		serve(*size)
		return
	}
	for _, n := range strings.Split(*conns, ",") {
		compare(strings.Split(*kinds, ","), n, *size, *rounds, *length)
	}
}

// result is what a round has shown.
type result struct {
	rate float64 // requests a second
	cpu  float64 // microseconds of the server's a request
}

// compare measures servers in turns, and prints the medians, and those of the
// ratios to the first.
func compare(kinds []string, conns string, size, rounds int, length time.Duration) {
	rates, cpus := map[string][]float64{}, map[string][]float64{}
	relative, saved := map[string][]float64{}, map[string][]float64{}
	for range rounds {
		var first result
		for i, kind := range kinds {
			r, err := measure(kind, conns, size, length)
			if err != nil {
				fmt.Fprintln(os.Stderr, kind+":", err)
				os.Exit(1)
			}
			if i == 0 {
				first = r
			}
			rates[kind] = append(rates[kind], r.rate)
			cpus[kind] = append(cpus[kind], r.cpu)
			relative[kind] = append(relative[kind], r.rate/first.rate)
			saved[kind] = append(saved[kind], r.cpu/first.cpu)
		}
	}
	for _, kind := range kinds {
		fmt.Printf("%5s conns %-11s %9.0f requests/s (%.2f)  %6.2f us CPU (%.2f)\n",
			conns, kind, median(rates[kind]), median(relative[kind]), median(cpus[kind]), median(saved[kind]))
	}
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// measure runs a server and its clients.
func measure(kind, conns string, size int, length time.Duration) (r result, err error) {
	server := exec.Command(os.Args[0], "-role", kind, "-size", strconv.Itoa(size))
	server.Stderr = os.Stderr
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
	var addr string
	if _, err := fmt.Fscanln(out, &addr); err != nil {
		return r, err
	}
	counted, err := exec.Command(os.Args[0], "-role", "client", "-addr", addr, "-conns", conns, "-size", strconv.Itoa(size), "-time", length.String()).Output()
	_ = stop.Close()
	_ = server.Wait()
	if err != nil {
		return r, err
	}
	requests, err := strconv.Atoi(strings.TrimSpace(string(counted)))
	usage := server.ProcessState.UserTime() + server.ProcessState.SystemTime()
	r.rate = float64(requests) / length.Seconds()
	r.cpu = float64(usage.Microseconds()) / float64(requests)
	return r, err
}

// load sends requests on so many connections and returns how many were
// answered.
func load(addr string, conns, size int, length time.Duration) int {
	counts := make(chan int)
	end := time.Now().Add(length)
	for range conns {
		go func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				panic(err)
			}
			defer c.Close()
			request, answer, n := make([]byte, size), make([]byte, size), 0
			for ; time.Now().Before(end); n++ {
				if _, err := c.Write(request); err != nil {
					panic(err)
				}
				if _, err := io.ReadFull(c, answer); err != nil {
					panic(err)
				}
			}
			counts <- n
		}()
	}
	all := 0
	for range conns {
		all += <-counts
	}
	return all
}

// servers are the servers by their names. Each prints its address, and serves
// until its standard input ends.
var servers = map[string]func(size int){
	"net":        serveNet,
	"streams":    func(size int) { serveStreams(size, new(streams.System)) },
	"goroutines": func(size int) { serveStreams(size, &streams.System{Goroutines: true}) },
	"protocol":   serveProtocol,
}

func serveNet(size int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, size)
				for {
					n, err := c.Read(buf)
					if err != nil {
						return
					}
					if _, err := c.Write(buf[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// untilEOF returns a context that is done when the standard input ends.
func untilEOF() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	return ctx
}

func serveStreams(size int, n streams.Network) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		o := streams.Options{Network: n}
		s, err := o.StartServer(ctx, "tcp", "127.0.0.1:0", func(ctx context.Context, r *streams.Reader, w *streams.Writer) error {
			buf := make([]byte, size)
			for {
				n, err := r.Read(ctx, buf)
				if err != nil {
					return err
				}
				if _, err := w.Write(buf[:n]); err != nil {
					return err
				}
				if err := w.Drain(ctx); err != nil {
					return err
				}
			}
		})
		if err != nil {
			return err
		}
		fmt.Println(s.Addr())
		return s.Serve(ctx)
	})
}

// echo is the server as a protocol.
type echo struct {
	protocol.Base
	t *protocol.Transport
}

func (e *echo) ConnectionMade(t *protocol.Transport) { e.t = t }
func (e *echo) DataReceived(data []byte)             { _, _ = e.t.Write(data) }

func serveProtocol(int) {
	_ = async.Run(untilEOF(), func(ctx context.Context) error {
		s, err := protocol.Listen(ctx, "tcp", "127.0.0.1:0", func() protocol.Protocol { return new(echo) })
		if err != nil {
			return err
		}
		fmt.Println(s.Addr())
		return s.Serve(ctx)
	})
}
