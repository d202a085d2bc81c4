package monitor

import (
	"runtime"

	"github.com/gobaton/async/internal/sched"
)

// namer puts addresses into words, each once.
type namer struct {
	functions map[uintptr]string
	places    map[uintptr]*Place
}

func newNamer() *namer { return &namer{map[uintptr]string{}, map[uintptr]*Place{}} }

// function returns the name of the function that a task runs.
func (n *namer) function(k *sched.Known) string {
	if k.Code == 0 {
		if k.Extra != nil {
			return k.Extra.Function
		}
		return ""
	}
	name, ok := n.functions[k.Code]
	if !ok {
		name = sched.FunctionName(runtime.FuncForPC(k.Code))
		n.functions[k.Code] = name
	}
	return name
}

// place returns the line of a call, by its return address; nil for 0.
func (n *namer) place(pc uintptr) *Place {
	if pc == 0 {
		return nil
	}
	p, ok := n.places[pc]
	if !ok {
		if all := places([]uintptr{pc}); len(all) > 0 {
			p = &all[0]
		}
		n.places[pc] = p
	}
	return p
}
