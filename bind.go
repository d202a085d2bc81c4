package async

import "context"

// Bind0 makes a coroutine of a function without arguments, for what takes an
// [Awaitable]: Bind0(work) is Func(work). See [Bind].
func Bind0(fn func(ctx context.Context) error) Func { return fn }

// Bind binds a function to its argument, as a call does in Python: nothing runs
// until the coroutine is awaited or started.
//
//	_, err := async.Gather(ctx, async.Bind(fetch, "a"), async.Bind(fetch, "b"))
//
// A task that runs it is named after fn. [Bind2] and [Bind3] take more
// arguments, [Bind0] none; [BindValue] and its kin bind functions with a value.
//
//go:noinline
func Bind[A any](fn func(ctx context.Context, a A) error, a A) Func {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) error {
		if asked(ctx, fn) {
			return nil
		}
		return fn(ctx, a)
	}
}

// Bind2 does what [Bind] does, for two arguments.
//
//go:noinline
func Bind2[A, B any](fn func(ctx context.Context, a A, b B) error, a A, b B) Func {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) error {
		if asked(ctx, fn) {
			return nil
		}
		return fn(ctx, a, b)
	}
}

// Bind3 does what [Bind] does, for three arguments.
//
//go:noinline
func Bind3[A, B, C any](fn func(ctx context.Context, a A, b B, c C) error, a A, b B, c C) Func {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) error {
		if asked(ctx, fn) {
			return nil
		}
		return fn(ctx, a, b, c)
	}
}

// BindValue0 does what [Bind0] does, for a function with a value: Coro[T](fn)
// without the T.
func BindValue0[T any](fn func(ctx context.Context) (T, error)) Coro[T] { return fn }

// BindValue does what [Bind] does, for a function with a value.
//
//go:noinline
func BindValue[A, T any](fn func(ctx context.Context, a A) (T, error), a A) Coro[T] {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) (value T, err error) {
		if asked(ctx, fn) {
			return value, nil
		}
		return fn(ctx, a)
	}
}

// BindValue2 does what [BindValue] does, for two arguments.
//
//go:noinline
func BindValue2[A, B, T any](fn func(ctx context.Context, a A, b B) (T, error), a A, b B) Coro[T] {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) (value T, err error) {
		if asked(ctx, fn) {
			return value, nil
		}
		return fn(ctx, a, b)
	}
}

// BindValue3 does what [BindValue] does, for three arguments.
//
//go:noinline
func BindValue3[A, B, C, T any](fn func(ctx context.Context, a A, b B, c C) (T, error), a A, b B, c C) Coro[T] {
	mustHaveFunc(fn != nil)
	return func(ctx context.Context) (value T, err error) {
		if asked(ctx, fn) {
			return value, nil
		}
		return fn(ctx, a, b, c)
	}
}

// Funcs makes coroutines of plain functions:
//
//	_, err := async.Gather(ctx, async.Funcs(left, right)...)
func Funcs(fns ...func(ctx context.Context) error) []Func {
	all := make([]Func, len(fns))
	for i, fn := range fns {
		all[i] = fn
	}
	return all
}

// Coros does what [Funcs] does, for functions with a value, all of one type.
func Coros[T any](fns ...func(ctx context.Context) (T, error)) []Coro[T] {
	all := make([]Coro[T], len(fns))
	for i, fn := range fns {
		all[i] = fn
	}
	return all
}

// Awaitables makes one list of awaitables of several kinds, so that no type has
// to be spelled out:
//
//	values, err := async.Gather(ctx, async.Awaitables(task, future, coro)...)
func Awaitables[T any](aws ...Awaitable[T]) []Awaitable[T] { return aws }

// Waitables makes one list of tasks and futures with values of several types,
// so that no type has to be spelled out:
//
//	done, pending, err := async.Wait(ctx, async.AllCompleted, async.Waitables(a, b)...)
func Waitables(ws ...Waitable) []Waitable { return ws }
