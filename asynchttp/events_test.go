package asynchttp

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gobaton/async/asynctest"
)

func events(t *testing.T, text string) (all []Event) {
	t.Helper()
	asynctest.Run(t, func(ctx context.Context) {
		b := &Body{source: io.NopCloser(strings.NewReader(text))}
		for e, err := range b.Events(ctx) {
			require.NoError(t, err)
			all = append(all, e)
		}
	})
	return all
}

func TestEventsAreParsedAsTheStandardHasIt(t *testing.T) {
	require.Equal(t, []Event{
		{Data: "YHOO\n+2\n10"},
	}, events(t, "\ufeffdata: YHOO\ndata: +2\ndata: 10\n\n"))
	require.Equal(t, []Event{
		{ID: "1", Data: "first event"}, {ID: "", Data: "second event"}, {Data: " third event"},
	}, events(t, ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"))
	require.Equal(t, []Event{{Data: ""}, {Data: "\n"}}, events(t, "data\n\ndata\ndata\n\ndata:"))
	require.Equal(t, []Event{{Name: "add", ID: "7", Retry: time.Second, Data: "x"}, {ID: "7", Data: "y"}},
		events(t, "event: add\r\nid: 7\r\nretry: 1000\r\nretry: soon\r\nunknown: z\r\ndata: x\r\n\r\nevent: none\r\n\r\ndata: y\r\n\r\n"))
}

func FuzzEventsComeBack(f *testing.F) {
	f.Add("1", "add", "data", uint16(3))
	f.Add("", "", "a\nb\n\nc", uint16(0))
	f.Fuzz(func(t *testing.T, id, name, data string, retry uint16) {
		if strings.ContainsAny(id+name, "\r\n\x00") {
			t.Skip()
		}
		e := Event{ID: id, Name: name, Data: data, Retry: time.Duration(retry) * time.Millisecond}
		want := e
		want.Data = lineEnds.Replace(data)
		require.Equal(t, []Event{want, {ID: id, Data: "end"}}, events(t, e.encode()+Event{Data: "end"}.encode()))
	})
}

func FuzzEventParserTakesAnything(f *testing.F) {
	f.Add("data: x\n\n")
	f.Add(":\n\n\nid\x00: 1\n\n")
	f.Fuzz(func(t *testing.T, text string) { events(t, text) })
}
