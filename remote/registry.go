package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// function is a Func without its types.
type function interface {
	types() string
	perform(ctx context.Context, args []byte) ([]byte, error)
}

var registry struct {
	sync.Mutex
	functions map[string]function
}

func add(name string, f function) {
	registry.Lock()
	defer registry.Unlock()
	if name == "" {
		panic("remote: Register without a name: give each function its own")
	}
	if _, taken := registry.functions[name]; taken {
		panic(fmt.Sprintf("remote: Register of a second function %q: give each function its own name", name))
	}
	if registry.functions == nil {
		registry.functions = map[string]function{}
	}
	registry.functions[name] = f
}

func find(name string) (function, bool) {
	registry.Lock()
	defer registry.Unlock()
	f, ok := registry.functions[name]
	return f, ok
}

// Perform runs the function that call names, in this process, as the far end
// of a carrier does. It never panics, and survives a Goexit in the function.
func Perform(ctx context.Context, call Call) Reply {
	f, ok := find(call.Func)
	if !ok {
		return failed(fmt.Errorf("%w: %q is registered by the caller only; register it in the initialization of a package, where every process does", ErrUnknown, call.Func))
	}
	if here := f.types(); here != call.Types {
		return failed(fmt.Errorf("%w: %q is %s for the caller, and %s where it runs", ErrTypes, call.Func, call.Types, here))
	}
	replies := make(chan Reply, 1)
	go perform(ctx, f, call.Args, replies) // which a Goexit may end
	return <-replies
}

func perform(ctx context.Context, f function, args []byte, replies chan<- Reply) {
	reply := Reply{Failure: &Failure{Kind: exited}}
	defer func() {
		if v := recover(); v != nil {
			reply.Failure = &Failure{Kind: panicked, Text: fmt.Sprint(v), Stack: debug.Stack()}
		}
		replies <- reply
	}()
	result, err := f.perform(ctx, args)
	if err != nil {
		reply = failed(err)
		return
	}
	reply = Reply{Result: result}
}

// failed returns the reply for an error.
func failed(err error) Reply {
	f := &Failure{Kind: erred, Text: err.Error()}
	for kind, known := range sentinels {
		if errors.Is(err, known) {
			f.Kind = Kind(kind)
			break
		}
	}
	return Reply{Failure: f}
}
