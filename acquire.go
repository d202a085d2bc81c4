package async

import (
	"context"
	"sync/atomic"
)

// ToThreadAcquire is [ToThreadValue] for a value that has to be given back: an
// open file, a connection, a response with a body. If the await is interrupted,
// release is called for the value that acquire returns all the same, so that
// nothing leaks; on the goroutine of acquire, or in the task.
//
// Release must neither await nor block for long. All else is as with [ToThread].
func ToThreadAcquire[T any](ctx context.Context, acquire func(ctx context.Context) (T, error), release func(value T)) (value T, err error) {
	var acquired T
	var settled atomic.Bool // by the first of two: the value is there, the await was interrupted
	err = ToThread(ctx, func(ctx context.Context) error {
		v, err := acquire(ctx)
		if err != nil {
			return err
		}
		acquired = v
		if !settled.CompareAndSwap(false, true) {
			release(v)
		}
		return nil
	})
	if err == nil {
		return acquired, nil
	}
	if ctx.Err() != nil && !settled.CompareAndSwap(false, true) {
		release(acquired)
	}
	return value, err
}
