// Package perfetto records what the tasks of a loop do into a file that
// Perfetto's page (ui.perfetto.dev) opens: a track for each task, with a slice
// for each step and each await, and an arrow from whoever wakes a task to the
// step that follows.
//
//	r := perfetto.Record(m, file)
//	...
//	err := r.Stop()
//
// The times are those of the loop's clock, so a recording in virtual time shows
// that time. A writer that is too slow holds nothing up: what it misses is
// dropped and counted.
package perfetto

import (
	"bufio"
	"fmt"
	"io"

	"github.com/gobaton/async/monitor"
)

// A Recording writes what happens until it is stopped.
type Recording struct {
	stream *monitor.Stream
	out    *bufio.Writer
	trace  trace
	done   chan struct{}
	err    error // of the writer; read when done is closed
}

// buffer is how many events wait for the writer.
const buffer = 1 << 16

// Record begins to write what happens in m's loop to w, in a goroutine of its
// own. Stop has to be called.
func Record(m *monitor.Monitor, w io.Writer) *Recording {
	r := &Recording{
		stream: m.Events(monitor.EventOptions{Buffer: buffer, Steps: true}),
		out:    bufio.NewWriterSize(w, 1<<16), done: make(chan struct{}),
	}
	s := m.Snapshot()
	r.trace.begin(s.Loop)
	for i := range s.Tasks {
		r.trace.task(s.Tasks[i].ID, s.Tasks[i].Name)
	}
	go r.run()
	return r
}

// Stop ends the recording when all that has happened is written. It returns the
// writer's error, or one that says how many events were dropped.
func (r *Recording) Stop() error {
	r.stream.Close()
	<-r.done
	switch dropped := r.stream.Dropped(); {
	case r.err != nil:
		return fmt.Errorf("perfetto: %w", r.err)
	case dropped > 0:
		return fmt.Errorf("perfetto: %d events were dropped: the writer is too slow", dropped)
	}
	return nil
}

// run writes events until the stream ends.
func (r *Recording) run() {
	defer close(r.done)
	var events []monitor.Event
	for more := true; more; {
		events, more = r.stream.Take(events[:0])
		for i := range events {
			r.trace.add(&events[i])
		}
		r.write()
		if more && len(events) == 0 {
			<-r.stream.Ready()
		}
	}
	r.trace.end()
	r.write()
	if err := r.out.Flush(); r.err == nil {
		r.err = err
	}
}

// write hands over what is encoded. After an error, the rest is dropped.
func (r *Recording) write() {
	if data := r.trace.take(); r.err == nil {
		_, r.err = r.out.Write(data)
	}
}
