// Package async has the names of the real one.
package async

import (
	"context"
	"time"
)

type Void = struct{}

type Coro[T any] func(ctx context.Context) (T, error)

func (c Coro[T]) Await(ctx context.Context) (T, error) { return c(ctx) }

type Func func(ctx context.Context) error

func (f Func) Await(ctx context.Context) (Void, error) { return Void{}, f(ctx) }

type Awaitable[T any] interface {
	Await(ctx context.Context) (T, error)
}

type Task[T any] struct{}

func (t *Task[T]) Await(ctx context.Context) (v T, err error) { return v, nil }
func (t *Task[T]) Wait(ctx context.Context) error             { return nil }
func (t *Task[T]) OnDone(fn func()) (remove func() bool)      { return nil }

type Loop struct{}

func RunningLoop(ctx context.Context) *Loop { return nil }

func (l *Loop) CallSoon(fn func())       {}
func (l *Loop) Context() context.Context { return nil }

type TaskGroup struct{}

func (tg *TaskGroup) Do(ctx context.Context, body func(ctx context.Context) error) error { return nil }
func (tg *TaskGroup) Go(fn func(ctx context.Context) error) *Task[Void]                  { return nil }

func Run(ctx context.Context, main func(ctx context.Context) error) error    { return nil }
func Go(ctx context.Context, fn func(ctx context.Context) error) *Task[Void] { return nil }
func GoValue[T any](ctx context.Context, coro Coro[T]) *Task[T]              { return nil }
func Sleep(ctx context.Context, d time.Duration) error                       { return nil }
func Yield(ctx context.Context) error                                        { return nil }
func Timeout(ctx context.Context, d time.Duration, body func(ctx context.Context) error) error {
	return nil
}
func ToThread(ctx context.Context, fn func(ctx context.Context) error) error   { return nil }
func Gather[A Awaitable[T], T any](ctx context.Context, aws ...A) ([]T, error) { return nil, nil }
func Uncancel(ctx context.Context) context.Context                             { return ctx }
