package perfetto_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynctest"
	"github.com/gobaton/async/monitor"
	"github.com/gobaton/async/monitor/perfetto"
	"github.com/gobaton/async/primitives"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// message is a protocol buffer by its fields.
type message map[protowire.Number][]any

// parse reads a message; inner ones stay bytes.
func parse(t testing.TB, b []byte) message {
	m := message{}
	for len(b) > 0 {
		field, kind, n := protowire.ConsumeTag(b)
		require.NoError(t, protowire.ParseError(n))
		b = b[n:]
		var v any
		switch kind {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			v, n = protowire.ConsumeFixed64(b)
		default:
			v, n = protowire.ConsumeBytes(b)
		}
		require.NoError(t, protowire.ParseError(n))
		m[field], b = append(m[field], v), b[n:]
	}
	return m
}

func (m message) number(field protowire.Number) uint64 {
	if len(m[field]) == 0 {
		return 0
	}
	return m[field][0].(uint64)
}

func (m message) text(field protowire.Number) string {
	if len(m[field]) == 0 {
		return ""
	}
	return string(m[field][0].([]byte))
}

// handOver has one task wake another.
func handOver(ctx context.Context) error {
	var event primitives.Event
	waiter := async.Go(async.Named(ctx, "waiter"), event.Wait)
	setter := async.Go(async.Named(ctx, "setter"), func(ctx context.Context) error {
		if err := async.Sleep(ctx, time.Second); err != nil {
			return err
		}
		event.Set()
		return nil
	})
	return errors.Join(waiter.Wait(ctx), setter.Wait(ctx))
}

// record returns a recording of handOver, packet by packet.
func record(t *testing.T) (packets []message) {
	var file bytes.Buffer
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		r := perfetto.Record(m, &file)
		require.NoError(t, handOver(ctx))
		require.NoError(t, r.Stop())
	})
	for _, p := range parse(t, file.Bytes())[1] {
		packets = append(packets, parse(t, p.([]byte)))
	}
	return packets
}

func TestRecordingHasATrackForEachTask(t *testing.T) {
	names := map[string]uint64{}
	for _, p := range record(t) {
		for _, d := range p[60] {
			descriptor := parse(t, d.([]byte))
			names[descriptor.text(2)] = descriptor.number(5)
		}
	}
	require.Contains(t, names, "waiter")
	require.Contains(t, names, "setter")
	require.Zero(t, names["shop"])
	require.NotZero(t, names["waiter"], "it is under the loop's track")
}

func TestRecordingsSlicesBeginAndEndInOrder(t *testing.T) {
	open, at := map[uint64]int{}, map[uint64]uint64{}
	var last uint64
	slices := map[string]int{}
	for _, p := range record(t) {
		for _, e := range p[11] {
			event := parse(t, e.([]byte))
			track := event.number(11)
			require.GreaterOrEqual(t, p.number(8), at[track], "the times of a track do not go back")
			at[track] = p.number(8)
			last = max(last, p.number(8))
			switch event.number(9) {
			case 1:
				open[track]++
				slices[event.text(23)]++
			case 2:
				open[track]--
			}
			require.Contains(t, []int{0, 1}, open[track])
		}
	}
	for track, n := range open {
		require.Zero(t, n, track)
	}
	require.Equal(t, uint64(time.Second), last)
	require.GreaterOrEqual(t, slices["runs"], 4)
}

func TestRecordingHasAnArrowFromTheWakerToTheStep(t *testing.T) {
	begun := map[uint64]uint64{}
	ended := 0
	for _, p := range record(t) {
		for _, e := range p[11] {
			event := parse(t, e.([]byte))
			for _, flow := range event[47] {
				begun[flow.(uint64)] = event.number(11)
			}
			for _, flow := range event[48] {
				require.Contains(t, begun, flow.(uint64))
				require.NotEqual(t, begun[flow.(uint64)], event.number(11))
				ended++
			}
		}
	}
	require.Positive(t, ended)
}

// failing is a writer that fails.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestStopReturnsTheWritersError(t *testing.T) {
	asynctest.Run(t, func(ctx context.Context) {
		m := monitor.Attach(ctx, monitor.Options{})
		defer m.Detach()
		r := perfetto.Record(m, failing{})
		require.NoError(t, handOver(ctx))
		require.ErrorContains(t, r.Stop(), "disk full")
	})
}

// A recording is a file that ui.perfetto.dev opens.
func ExampleRecord() {
	var file bytes.Buffer
	err := async.Run(context.Background(), func(ctx context.Context) error {
		m := monitor.Attach(ctx, monitor.Options{Name: "shop"})
		defer m.Detach()
		r := perfetto.Record(m, &file)
		if err := async.Go(ctx, async.Yield).Wait(ctx); err != nil {
			return err
		}
		return r.Stop()
	})
	fmt.Println(file.Len() > 0, err)
	// Output:
	// true <nil>
}
