package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
)

// kinds says how an argument of each kind is decoded:
//
//	h  a handle that has to exist, or the operation is skipped
//	l  handles that have to exist
//	s  any other name: a handle, a label, a mode
//	c  a coroutine
//	f  a function off the loop
//	w  where a call comes from: here, or outside
//	r  any resource
//	L C E B Q  a resource: see faces
//	i  an integer
//	n  an integer or null
//	b  true or false
//	o  operations
//	t  the parts of a try
//	S  words
//	p  the reaction of a protocol
var kinds = map[rune]func(json.RawMessage) (any, error){
	'h': decode[string], 'l': decode[[]string], 's': decode[string], 'c': decode[string], 'f': decode[string], 'r': decode[string],
	'w': decodePlace,
	'L': decode[string], 'C': decode[string], 'E': decode[string], 'B': decode[string], 'Q': decode[string],
	'i': decode[int], 'n': decodeOr[int], 'b': decode[bool], 'o': decode[[]Op], 't': decode[Try],
	'S': decode[[]string], 'p': decode[Reaction],
}

// faces has the kinds of resources that an operation on each of them takes.
var faces = map[rune][]string{
	'L': {"lock", "sem", "bsem", "cond"},
	'C': {"cond"},
	'E': {"event"},
	'B': {"barrier"},
	'Q': {"queue", "lifo", "prio"},
	'r': {"lock", "sem", "bsem", "cond", "event", "barrier", "queue", "lifo", "prio"},
}

func decode[T any](raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, errors.New("null")
	}
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

func decodeOr[T any](raw json.RawMessage) (any, error) {
	var v *T
	err := json.Unmarshal(raw, &v)
	return v, err
}

// decodePlace decodes where a call comes from; true: from another goroutine.
func decodePlace(raw json.RawMessage) (any, error) {
	switch string(raw) {
	case `"here"`:
		return place{false}, nil
	case `"outside"`:
		return place{true}, nil
	}
	return nil, fmt.Errorf("no place %s", raw)
}

// A place is the goroutine that a call comes from.
type place struct{ outside bool }

// MarshalJSON encodes p as its word.
func (p place) MarshalJSON() ([]byte, error) {
	if p.outside {
		return []byte(`"outside"`), nil
	}
	return []byte(`"here"`), nil
}

// do calls fn there and waits for its end.
func (p place) do(fn func()) {
	if !p.outside {
		fn()
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	<-done
}

// args are an operation's arguments, of the kinds that its op names.
type args []any

func decodeArgs(want string, raw []json.RawMessage) (args, error) {
	if len(raw) != len(want) {
		return nil, fmt.Errorf("%d arguments, want %d", len(raw), len(want))
	}
	a := make(args, len(raw))
	for i, kind := range want {
		v, err := kinds[kind](raw[i])
		if err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
		a[i] = v
	}
	return a, nil
}

func (a args) str(i int) string    { return a[i].(string) }
func (a args) place(i int) place   { return a[i].(place) }
func (a args) list(i int) []string { return a[i].([]string) }
func (a args) num(i int) int       { return a[i].(int) }
func (a args) numOrNil(i int) *int { return a[i].(*int) }
func (a args) flag(i int) bool     { return a[i].(bool) }
func (a args) body(i int) []Op     { return a[i].([]Op) }
func (a args) parts(i int) Try     { return a[i].(Try) }

func (a args) reaction(i int) Reaction { return a[i].(Reaction) }
