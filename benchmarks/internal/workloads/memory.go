package workloads

import (
	"bufio"
	"context"
	"fmt"
	"iter"
	"net"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gobaton/async"
	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/benchmarks/peers"
	"github.com/gobaton/async/primitives"
	"github.com/gobaton/async/streams"
)

// memories: what a suspended task holds, and what the process grows by, by what
// the task waits for.
var memories = []measure.Workload{
	waiting("memory-idle", "A hundred thousand tasks wait for a future each.", "memoryidle",
		measure.Runner{Name: "async", Once: holding(idleAsync)},
		measure.Runner{Name: "iterpull", Once: holding(idlePull)},
		measure.Runner{Name: "go", Once: holding(idleGo)}),
	waiting("memory-sleep", "A hundred thousand tasks sleep.", "memorysleep",
		measure.Runner{Name: "async", Once: holding(asleepAsync)},
		measure.Runner{Name: "go", Once: holding(asleepGo)}),
	waiting("memory-queue", "A hundred thousand tasks wait for an item of one queue.", "memoryqueue",
		measure.Runner{Name: "async", Once: holding(inQueueAsync)},
		measure.Runner{Name: "go", Once: holding(idleGo)}),
	{
		Name: "memory-handler",
		About: "Two thousand connections, the handler of each of which waits for a line: with our streams, with a goroutine " +
			"and a bufio.Reader each, with asyncio's streams. The clients are bare sockets in the same process.",
		Rounds: 3,
		Runners: append([]measure.Runner{
			{Name: "async", Once: connected(handleLinesAsync)},
			{Name: "go", Once: connected(handleLinesGo)},
		}, peers.Runners("memoryhandler", connections)...),
		Goals: []measure.Goal{held("go", measure.Open), held("cpython", measure.Open)},
	},
}

const (
	suspended   = 100_000
	connections = 2000
)

func waiting(name, about, program string, inGo ...measure.Runner) measure.Workload {
	w := measure.Workload{
		Name:    name,
		About:   about,
		Rounds:  3,
		Runners: append(inGo, peers.Runners(program, suspended)...),
	}
	for _, r := range inGo[1:] {
		w.Goals = append(w.Goals, held(r.Name, measure.Open))
	}
	w.Goals = append(w.Goals, held("cpython", measure.Open))
	return w
}

// held returns the goal of holding at most this many times a peer's bytes.
func held(peer string, times float64) measure.Goal {
	return measure.Goal{Metric: measure.TaskBytes, Peer: peer, AtMost: times}
}

// A footprint is the memory of this process: what heap and stacks hold, and
// what of it is resident.
type footprint struct{ held, resident int64 }

func takeFootprint() footprint {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return footprint{int64(stats.HeapAlloc + stats.StackInuse), residentBytes()}
}

// residentBytes returns how much of the process is in memory.
func residentBytes() int64 {
	var size, resident int64
	statm, err := os.Open("/proc/self/statm")
	if err != nil {
		return 0 // another system
	}
	defer statm.Close()
	_, err = fmt.Fscan(statm, &size, &resident)
	must(err)
	return resident * int64(os.Getpagesize())
}

// peakBytes returns the most of the process that ever was in memory.
func peakBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0 // another system
	}
	var kilobytes int64
	_, text, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(text, &kilobytes)
	must(err)
	return kilobytes << 10
}

// since returns what one of n tasks holds, after a footprint was taken.
func since(before footprint, n int) measure.Sample {
	now := takeFootprint()
	return measure.Sample{
		measure.TaskBytes: float64(now.held-before.held) / float64(n),
		measure.Resident:  float64(now.resident-before.resident) / float64(n),
	}
}

// holding measures once what suspended tasks hold. start starts them, calls
// measure and may end.
func holding(start func(n int, measure func())) func() measure.Sample {
	return func() (s measure.Sample) {
		before := takeFootprint()
		start(suspended, func() { s = since(before, suspended) })
		return s
	}
}

// holdAsync measures tasks of fn, which suspends them in their first step.
func holdAsync(n int, measure func(), fn func(ctx context.Context) error) {
	run(func(ctx context.Context) error {
		tasks := startAll(ctx, n, fn)
		must(async.Yield(ctx))
		measure()
		for _, task := range tasks {
			task.Cancel()
		}
		return nil
	})
}

func idleAsync(n int, measure func()) { holdAsync(n, measure, forever) }

func idlePull(n int, measure func()) {
	ring := make([]func() (struct{}, bool), n)
	for i := range ring {
		ring[i], _ = iter.Pull(suspendOnce)
		ring[i]()
	}
	measure()
	runtime.KeepAlive(ring)
}

// holdGo measures goroutines of fn. Once each has begun, it soon waits.
func holdGo(n int, measure func(), fn func()) {
	var begun atomic.Int64
	for range n {
		go func() {
			begun.Add(1)
			fn()
		}()
	}
	for begun.Load() < int64(n) {
		runtime.Gosched()
	}
	time.Sleep(100 * time.Millisecond)
	measure()
}

func idleGo(n int, measure func()) {
	never := make(chan struct{})
	holdGo(n, measure, func() { <-never })
}

func asleepAsync(n int, measure func()) {
	holdAsync(n, measure, func(ctx context.Context) error { return async.Sleep(ctx, time.Hour) })
}

func asleepGo(n int, measure func()) { holdGo(n, measure, func() { time.Sleep(time.Hour) }) }

func inQueueAsync(n int, measure func()) {
	q := primitives.NewQueue[int](0)
	holdAsync(n, measure, func(ctx context.Context) error {
		_, err := q.Get(ctx)
		return err
	})
}

// connected measures once what a connection's handler holds. serve serves an
// address, to which connect connects that many clients; each handler calls
// began.
func connected(serve func(connect func(addr net.Addr), began func(), measure func())) func() measure.Sample {
	return func() (s measure.Sample) {
		var begun atomic.Int64
		var closers []func()
		before := takeFootprint()
		connect := func(addr net.Addr) {
			for range connections {
				closers = append(closers, dial(addr.(*net.TCPAddr)))
			}
			for begun.Load() < connections {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(100 * time.Millisecond)
		}
		serve(connect, func() { begun.Add(1) }, func() { s = since(before, connections) })
		for _, hangUp := range closers {
			hangUp()
		}
		return s
	}
}

func handleLinesAsync(connect func(addr net.Addr), began func(), measure func()) {
	run(func(ctx context.Context) error {
		server, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", func(ctx context.Context, r *streams.Reader, _ *streams.Writer) error {
			began()
			_, err := r.ReadLine(ctx)
			return err
		})
		must(err)
		must(async.ToThread(ctx, func(context.Context) error {
			connect(server.Addr())
			return nil
		}))
		measure()
		server.Close()
		return nil
	})
}

func handleLinesGo(connect func(addr net.Addr), began func(), measure func()) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				began()
				_, _ = bufio.NewReader(conn).ReadString('\n')
			}()
		}
	}()
	connect(listener.Addr())
	measure()
	must(listener.Close())
}
