package remote

import (
	"context"
	"fmt"
	"reflect"
)

// A Func is a function with a name. It may be called from any goroutine.
type Func[In, Out any] struct {
	name string
	fn   func(ctx context.Context, in In) (Out, error)
}

// Register gives fn a name, by which it is found in another run of the same
// program. It is for the initialization of packages and the first lines of
// main, so that every process has it. It panics if the name is taken, or empty.
func Register[In, Out any](name string, fn func(ctx context.Context, in In) (Out, error)) *Func[In, Out] {
	f := &Func[In, Out]{name: name, fn: fn}
	add(name, f)
	return f
}

// Name returns the function's name.
func (f *Func[In, Out]) Name() string { return f.name }

// Call calls the function with in, where ctx says: through the carrier of
// [Via], else here and now.
//
// An error of a function elsewhere comes back as an [*Error], a panic as one
// with a [*Panic], a Goexit as a Goexit.
func (f *Func[In, Out]) Call(ctx context.Context, in In) (out Out, err error) {
	carrier, elsewhere := ctx.Value(carrierKey{}).(Carrier)
	if !elsewhere {
		return f.fn(ctx, in)
	}
	args, err := encode(in)
	if err != nil {
		return out, fmt.Errorf("%w: the argument of %q: %w", ErrEncoding, f.name, err)
	}
	reply, err := carrier.Carry(ctx, Call{Func: f.name, Types: f.types(), Args: args})
	if err != nil {
		return out, err
	}
	if reply.Failure != nil {
		return out, reply.Failure.arise(f.name)
	}
	if out, err = decode[Out](reply.Result); err != nil {
		return out, fmt.Errorf("%w: the result of %q: %w", ErrEncoding, f.name, err)
	}
	return out, nil
}

// Bind returns the call of the function with in, for APIs that take a function
// without arguments: async.ToThreadValue, async.RunInExecutor.
func (f *Func[In, Out]) Bind(in In) func(ctx context.Context) (Out, error) {
	return func(ctx context.Context) (Out, error) { return f.Call(ctx, in) }
}

// types says what the function takes and gives.
func (f *Func[In, Out]) types() string {
	return fmt.Sprintf("func(%v) %v", reflect.TypeFor[In](), reflect.TypeFor[Out]())
}

// perform runs the function with encoded arguments.
func (f *Func[In, Out]) perform(ctx context.Context, args []byte) ([]byte, error) {
	in, err := decode[In](args)
	if err != nil {
		return nil, fmt.Errorf("%w: the argument of %q: %w", ErrEncoding, f.name, err)
	}
	out, err := f.fn(ctx, in)
	if err != nil {
		return nil, err
	}
	result, err := encode(out)
	if err != nil {
		return nil, fmt.Errorf("%w: the result of %q: %w", ErrEncoding, f.name, err)
	}
	return result, nil
}
