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
//	L C E B Q  a resource: see faces
//	i  an integer
//	n  an integer or null
//	b  true or false
//	o  operations
//	t  the parts of a try
var kinds = map[rune]func(json.RawMessage) (any, error){
	'h': decode[string], 'l': decode[[]string], 's': decode[string], 'c': decode[string],
	'L': decode[string], 'C': decode[string], 'E': decode[string], 'B': decode[string], 'Q': decode[string],
	'i': decode[int], 'n': decodeOr[int], 'b': decode[bool], 'o': decode[[]Op], 't': decode[Try],
}

// faces has the kinds of resources that an operation on each of them takes.
var faces = map[rune][]string{
	'L': {"lock", "sem", "bsem", "cond"},
	'C': {"cond"},
	'E': {"event"},
	'B': {"barrier"},
	'Q': {"queue", "lifo", "prio"},
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
func (a args) list(i int) []string { return a[i].([]string) }
func (a args) num(i int) int       { return a[i].(int) }
func (a args) numOrNil(i int) *int { return a[i].(*int) }
func (a args) flag(i int) bool     { return a[i].(bool) }
func (a args) body(i int) []Op     { return a[i].([]Op) }
func (a args) parts(i int) Try     { return a[i].(Try) }
