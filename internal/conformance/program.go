package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// A Program is a small asynchronous program: coroutines made of operations, and
// the resources they share. The coroutine named main runs first.
type Program struct {
	Resources map[string]Resource `json:"resources"`           // made before main starts
	Coros     map[string][]Op     `json:"coros"`               // the coroutines
	Functions map[string]Function `json:"functions,omitempty"` // what may run off the loop
	Runs      []string            `json:"runs,omitempty"`      // the coroutines to run, one after the other; none: main
	Close     bool                `json:"close,omitempty"`     // the trace goes on until the runner is closed
	Eager     bool                `json:"eager,omitempty"`     // tasks start eagerly
}

// A Function runs off the loop: it sleeps, then it has a value or fails.
type Function struct {
	Sleep int  `json:"sleep,omitempty"` // in units of the loop's clock
	Value int  `json:"value,omitempty"` // where it does not fail
	Error *int `json:"error,omitempty"` // the number of the App that it fails with; nil: it does not
}

// A Resource is a primitive that the coroutines share.
type Resource struct {
	Kind string `json:"kind"` // lock, queue, ...
	N    int    `json:"n"`    // its size, where its kind has one
}

// An Op is one operation: in JSON an array of its name and its arguments.
type Op struct {
	Name string // of the operation
	Args []any  // as the operation decodes them; json.RawMessage where nobody knows the operation
	op   op
}

// A Try holds the parts of the operation try.
type Try struct {
	Body    []Op    `json:"body"`              // always runs
	Catch   *string `json:"catch"`             // what of the body's errors is caught: a word of catches, or nil for nothing
	Handler []Op    `json:"handler"`           // runs where an error is caught
	Reraise bool    `json:"reraise,omitempty"` // the error goes on after the handler
	Final   []Op    `json:"final,omitempty"`   // runs last, whatever happened
}

// ParseProgram decodes a program and checks that its operations fit what they
// name. Operations that nobody knows are kept: Run tells of them.
func ParseProgram(data []byte) (*Program, error) {
	var p Program
	if err := json.Unmarshal(data, &p); err != nil {
		return nil, err
	}
	if len(p.Runs) == 0 && p.Coros["main"] == nil {
		return nil, fmt.Errorf("no coroutine main")
	}
	for _, name := range p.Runs {
		if p.Coros[name] == nil {
			return nil, fmt.Errorf("no coroutine %s to run", name)
		}
	}
	for o := range p.walk {
		if err := p.check(o); err != nil {
			return nil, fmt.Errorf("%s: %w", o.Name, err)
		}
	}
	return &p, nil
}

// UnmarshalJSON decodes the operation from an array.
func (o *Op) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw) == 0 {
		return fmt.Errorf("an operation without a name")
	}
	if err := json.Unmarshal(raw[0], &o.Name); err != nil {
		return err
	}
	return o.decode(raw[1:])
}

func (o *Op) decode(raw []json.RawMessage) error {
	known, ok := lookup(o.Name)
	if !ok {
		for _, r := range raw {
			o.Args = append(o.Args, r)
		}
		return nil
	}
	a, err := decodeArgs(known.args, raw)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	o.op, o.Args = known, a
	return nil
}

// MarshalJSON encodes the operation as an array.
func (o Op) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]any{o.Name}, o.Args...))
}

// check reports whether the coroutines and resources that o names exist and are
// of the right kind.
func (p *Program) check(o Op) error {
	for i, kind := range o.op.args {
		if kind == 'c' && p.Coros[o.Args[i].(string)] == nil {
			return fmt.Errorf("no coroutine %s", o.Args[i])
		}
		if _, ok := p.Functions[fmt.Sprint(o.Args[i])]; kind == 'f' && !ok {
			return fmt.Errorf("no function %s", o.Args[i])
		}
		if face, ok := faces[kind]; ok && !slices.Contains(face, p.Resources[o.Args[i].(string)].Kind) {
			return fmt.Errorf("no %v %s", face, o.Args[i])
		}
	}
	return nil
}

// walk yields every operation of p, the enclosing ones before those in them.
func (p *Program) walk(yield func(Op) bool) {
	for _, name := range slices.Sorted(maps.Keys(p.Coros)) {
		if !walk(p.Coros[name], yield) {
			return
		}
	}
}

func walk(ops []Op, yield func(Op) bool) bool {
	for _, o := range ops {
		if !yield(o) {
			return false
		}
		for _, block := range o.blocks() {
			if !walk(block, yield) {
				return false
			}
		}
	}
	return true
}

// blocks returns the operations in o.
func (o Op) blocks() [][]Op {
	var all [][]Op
	for _, a := range o.Args {
		switch a := a.(type) {
		case []Op:
			all = append(all, a)
		case Try:
			all = append(all, a.Body, a.Handler, a.Final)
		case Reaction:
			all = append(all, a.Made, a.Data, a.EOF, a.Lost, a.Pause, a.Resume)
		}
	}
	return all
}
