package workloads

import (
	"context"
	"testing"

	"github.com/gobaton/async/benchmarks/internal/measure"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/streams"
)

// monitored: the price of a monitor that looks, and of one that records each
// step, with none as the peer. The operations are those of debug mode, and an
// echo over TCP.
var monitored = []measure.Workload{
	watched("monitor-yield", attach, 1.1, yieldInTurn,
		"Two tasks that yield, in a loop that a monitor looks at; the peer is the same loop without one. An operation is one yield."),
	watched("monitor-spawn", attach, 1.1, spawnInTurn,
		"A task that is started and awaited, in a loop that a monitor looks at; the peer is the same loop without one."),
	watched("monitor-echo", attach, 1.1, echoInTurn,
		"Sixteen bytes to a server over TCP and back, in a loop that a monitor looks at; the peer is the same loop without one."),
	watched("record-yield", record, 1.25, yieldInTurn,
		"Two tasks that yield, in a loop of which each step is recorded; the peer is the same loop without a monitor. An operation is one yield."),
	watched("record-spawn", record, 1.25, spawnInTurn,
		"A task that is started and awaited, in a loop of which each step is recorded; the peer is the same loop without a monitor."),
	watched("record-echo", record, 1.25, echoInTurn,
		"Sixteen bytes to a server over TCP and back, in a loop of which each step is recorded; the peer is the same loop without a monitor."),
}

// look begins to look at a loop. The function that it returns ends that.
type look func(ctx context.Context) (end func())

func watched(name string, with look, atMost float64, main func(ctx context.Context, b *testing.B) error, about string) measure.Workload {
	return measure.Workload{
		Name:  name,
		About: about,
		Runners: []measure.Runner{
			{Name: "async", Body: func(b *testing.B) { runWith(b, with, main) }},
			{Name: "off", Body: func(b *testing.B) { runWith(b, lookAway, main) }},
		},
		Goals: []measure.Goal{within("off", atMost)},
	}
}

func lookAway(context.Context) (end func()) { return func() {} }

// runWith runs main on a loop that is looked at.
func runWith(b *testing.B, look look, main func(ctx context.Context, b *testing.B) error) {
	run(func(ctx context.Context) error {
		defer look(ctx)()
		return main(ctx, b)
	})
}

func attach(ctx context.Context) (detach func()) {
	return monitor.Attach(ctx, monitor.Options{}).Detach
}

// record reads each step, as a recorder would.
func record(ctx context.Context) (detach func()) {
	m := monitor.Attach(ctx, monitor.Options{})
	stream := m.Events(monitor.EventOptions{Steps: true, Buffer: 1 << 16})
	read := make(chan struct{})
	go func() {
		defer close(read)
		var events []monitor.Event
		for open := true; open; {
			<-stream.Ready()
			events, open = stream.Take(events[:0])
		}
	}()
	return func() {
		m.Detach()
		<-read
	}
}

// echoInTurn sends sixteen bytes to a server over TCP, which sends them back.
func echoInTurn(ctx context.Context, b *testing.B) error {
	server, err := streams.StartServer(ctx, "tcp", "127.0.0.1:0", echo)
	must(err)
	defer server.Close()
	in, out, err := streams.OpenConnection(ctx, "tcp", server.Addr().String())
	must(err)
	defer out.Close()
	sixteen := make([]byte, 16)
	b.ResetTimer()
	for range b.N {
		_, err := out.Write(sixteen)
		must(err)
		must(out.Drain(ctx))
		_, err = in.ReadExactly(ctx, len(sixteen))
		must(err)
	}
	b.StopTimer()
	return nil
}

func echo(ctx context.Context, in *streams.Reader, out *streams.Writer) error {
	for {
		some, err := in.ReadExactly(ctx, 16)
		if err != nil {
			return nil
		}
		if _, err = out.Write(some); err != nil {
			return err
		}
		if err = out.Drain(ctx); err != nil {
			return err
		}
	}
}
