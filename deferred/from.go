package deferred

import (
	"context"

	"github.com/gobaton/async"
)

// From returns a Deferred of the end of a coroutine, a task or a future;
// Twisted's ensureDeferred and fromFuture. A coroutine is started as a task.
// The Deferred fires in the turn in which a callback of the task would be
// called. Its Cancel cancels the task, and it fires when the task has ended.
func From[T any](ctx context.Context, aw async.Awaitable[T]) *Deferred[T] {
	d := New[T](ctx)
	end, ok := any(aw).(ending[T])
	if !ok {
		end = async.GoValue(ctx, aw.Await)
	}
	d.source = source[T]{end, name(aw)}
	end.OnDone(func() {
		value, err := end.Result()
		_ = d.take(value, err)
	})
	return d
}

// Maybe calls fn and returns a Deferred that was fired with its result;
// Twisted's maybeDeferred. A panic in fn is the error of a [*async.PanicError].
func Maybe[T any](ctx context.Context, fn func() (T, error)) *Deferred[T] {
	d := New[T](ctx)
	d.add("maybe "+name(fn), func(T, error) (T, error) { return fn() })
	var zero T
	d.fire(zero, nil)
	return d
}

// ending is a task or a future.
type ending[T any] interface {
	Result() (T, error)
	OnDone(fn func()) (remove func() bool)
	Cancel() bool
}

// source is a task or a future as the source of a Deferred.
type source[T any] struct {
	ending[T]
	name string
}

// Cancel cancels the task.
func (s source[T]) Cancel() { s.ending.Cancel() }

// String names the task.
func (s source[T]) String() string { return s.name }
