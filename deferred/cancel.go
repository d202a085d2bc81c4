package deferred

import (
	"context"
	"time"

	"github.com/gobaton/async"
)

// OnCancel sets the canceller, which Cancel calls to stop the work behind d. It
// may fire d; if it does not, Cancel fires d with a [*async.CanceledError].
func (d *Deferred[T]) OnCancel(canceller func(d *Deferred[T])) *Deferred[T] {
	d.canceller = canceller
	return d
}

// Cancel asks for an end of the work behind d; Twisted's cancel. A Deferred
// that waits for another, as that of Then, Chain or List, passes it on. It does
// nothing once d was fired.
func (d *Deferred[T]) Cancel() {
	switch {
	case d.fired:
	case d.source != nil:
		d.source.Cancel()
	default:
		d.cancelHere()
	}
}

func (d *Deferred[T]) cancelHere() {
	if d.canceller == nil {
		d.ignoreOne = true
	} else {
		d.canceller(d)
	}
	if !d.fired {
		var zero T
		d.fire(zero, &async.CanceledError{})
	}
}

// AddTimeout cancels d when the loop's time has advanced by limit and no result
// has come through the links that were added before; Twisted's addTimeout. The
// links added after it then get [async.ErrTimeout] in place of the
// cancellation.
func (d *Deferred[T]) AddTimeout(limit time.Duration) *Deferred[T] {
	expired := false
	timer := d.loop.CallLater(limit, func() {
		expired = true
		d.Cancel()
	})
	return d.AddBoth(func(_ T, err error) error {
		timer.Cancel()
		if expired && async.IsCanceled(err) {
			return async.ErrTimeout
		}
		return err
	})
}

// Await returns the result once it has gone through the chain; a value's way
// from Deferreds to tasks. It suspends the task until then, and the links added
// after it get the value, too.
//
// If ctx is canceled first, d is canceled, and Await returns ctx's error.
func (d *Deferred[T]) Await(ctx context.Context) (T, error) {
	future := d.Future(ctx)
	value, err := future.Await(ctx)
	if future.Canceled() {
		d.Cancel()
	}
	return value, err
}

// Wait does what [Deferred.Await] does, without the value.
func (d *Deferred[T]) Wait(ctx context.Context) error {
	_, err := d.Await(ctx)
	return err
}

// Future returns a future of the result; Twisted's asFuture. An error has moved
// to it. A cancellation of the future cancels d, with the loop's next
// iteration. Future panics if ctx is of another loop than d.
func (d *Deferred[T]) Future(ctx context.Context) *async.Future[T] {
	if async.RunningLoop(ctx) != d.loop {
		panic("deferred: a Deferred of another loop was awaited: hand results over with a Portal")
	}
	future := async.NewFuture[T](ctx)
	d.add("future", func(value T, err error) (T, error) {
		if future.Done() {
			return value, err
		}
		if err != nil {
			_ = future.SetError(err)
		} else {
			_ = future.SetResult(value)
		}
		return value, nil
	})
	if !future.Done() {
		future.OnDone(func() {
			if future.Canceled() {
				d.Cancel()
			}
		})
	}
	return future
}
