package asynchttp

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"
)

// An Event is a server-sent event.
type Event struct {
	ID    string        // for the client to say where it was; may be empty
	Name  string        // its kind; empty: "message"
	Data  string        // may have several lines
	Retry time.Duration // after which time the client connects again, if it is not 0
}

// SendEvent sends an event and flushes. The first sets the content type. All
// else is as with [ResponseWriter.Flush]. It panics if ID or Name has a line
// end.
func (w *ResponseWriter) SendEvent(ctx context.Context, e Event) error {
	if strings.ContainsAny(e.ID+e.Name, "\r\n\x00") {
		panic("asynchttp: the ID or the Name of an Event has a line end: only Data may have lines")
	}
	if !w.flushed {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header().Set("Cache-Control", "no-cache")
	}
	_, _ = io.WriteString(w, e.encode())
	return w.Flush(ctx)
}

// encode returns the event as it goes over the line.
func (e Event) encode() string {
	var b strings.Builder
	if e.ID != "" {
		fmt.Fprintf(&b, "id: %s\n", e.ID)
	}
	if e.Name != "" {
		fmt.Fprintf(&b, "event: %s\n", e.Name)
	}
	if e.Retry > 0 {
		fmt.Fprintf(&b, "retry: %d\n", e.Retry.Milliseconds())
	}
	for line := range strings.SplitSeq(lineEnds.Replace(e.Data), "\n") {
		fmt.Fprintf(&b, "data: %s\n", line)
	}
	b.WriteString("\n")
	return b.String()
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// Events returns the events of a stream of them, as they come. An error is the
// last pair; at the end of the stream there is none. The ID of an event is that
// of an earlier one, if it has none of its own. All else is as with Read.
func (b *Body) Events(ctx context.Context) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		var p eventParser
		for line, err := range b.Lines(ctx) {
			if err != nil {
				yield(Event{}, err)
				return
			}
			if e, ok := p.line(line); ok && !yield(e, nil) {
				return
			}
		}
	}
}

// eventParser puts events together from their lines.
type eventParser struct {
	id    string
	next  Event
	data  []string
	begun bool // the first line, which may have a byte order mark, was seen
}

// line takes a line, and returns the event that it ends, if it does.
func (p *eventParser) line(line string) (e Event, ok bool) {
	if !p.begun {
		line, p.begun = strings.TrimPrefix(line, "\ufeff"), true
	}
	if line == "" {
		return p.dispatch()
	}
	field, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch field {
	case "data":
		p.data = append(p.data, value)
	case "event":
		p.next.Name = value
	case "id":
		if !strings.Contains(value, "\x00") {
			p.id = value
		}
	case "retry":
		if ms, err := strconv.ParseUint(value, 10, 32); err == nil {
			p.next.Retry = time.Duration(ms) * time.Millisecond
		}
	}
	return Event{}, false
}

// dispatch ends an event. One without data is none.
func (p *eventParser) dispatch() (e Event, ok bool) {
	e, ok = p.next, p.data != nil
	e.ID, e.Data = p.id, strings.Join(p.data, "\n")
	p.next, p.data = Event{}, nil
	return e, ok
}
