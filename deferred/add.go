package deferred

// AddCallbacks adds a link to the chain: callback is called with a value,
// errback with an error; Twisted's addCallbacks. Either may be nil, which
// passes the result on.
//
// If callback returns nil the value goes on unchanged, and if errback returns
// nil the error is handled and the chain goes on with the zero value. An error
// that either returns is what the next link gets. An errback does not see the
// error of the callback that stands beside it.
func (d *Deferred[T]) AddCallbacks(callback func(value T) error, errback func(err error) error) *Deferred[T] {
	d.add(names(callback, errback), func(value T, err error) (T, error) {
		switch {
		case err == nil && callback != nil:
			err = callback(value)
		case err != nil && errback != nil:
			err = errback(err)
		}
		return value, err
	})
	return d
}

// AddCallback does what [Deferred.AddCallbacks] does, without an errback.
func (d *Deferred[T]) AddCallback(callback func(value T) error) *Deferred[T] {
	return d.AddCallbacks(callback, nil)
}

// AddErrback does what [Deferred.AddCallbacks] does, without a callback.
func (d *Deferred[T]) AddErrback(errback func(err error) error) *Deferred[T] {
	return d.AddCallbacks(nil, errback)
}

// AddBoth adds a link that is called with a value and with an error; Twisted's
// addBoth. The error that it returns goes on, and if it returns nil, the value.
func (d *Deferred[T]) AddBoth(both func(value T, err error) error) *Deferred[T] {
	d.add("both "+name(both), func(value T, err error) (T, error) { return value, both(value, err) })
	return d
}

// AddCallbackValue does what [Deferred.AddCallback] does, with a value in place
// of the one that came.
func (d *Deferred[T]) AddCallbackValue(callback func(value T) (T, error)) *Deferred[T] {
	d.add(names(callback, nil), func(value T, err error) (T, error) {
		if err != nil {
			return value, err
		}
		return callback(value)
	})
	return d
}

// AddErrbackValue does what [Deferred.AddErrback] does, with a value in place
// of the error.
func (d *Deferred[T]) AddErrbackValue(errback func(err error) (T, error)) *Deferred[T] {
	d.add(names(nil, errback), func(value T, err error) (T, error) {
		if err == nil {
			return value, nil
		}
		return errback(err)
	})
	return d
}

// AddBothValue does what [Deferred.AddBoth] does, with a value in place of the
// result.
func (d *Deferred[T]) AddBothValue(both func(value T, err error) (T, error)) *Deferred[T] {
	d.add("both "+name(both), both)
	return d
}

// Then returns a Deferred that fires with what callback makes of d's value, or
// with d's error, or that of callback. Its Cancel cancels d. The error has
// moved to it: what is added to d after that gets the value, or the zero value.
func Then[T, U any](d *Deferred[T], callback func(value T) (U, error)) *Deferred[U] {
	next, name := follow[T, U](d), "then "+name(callback)
	d.add(name, func(value T, err error) (T, error) {
		var made U
		if err == nil {
			made, err = protect(name, func() (U, error) { return callback(value) })
		}
		return value, next.take(made, err)
	})
	return next
}

// Chain returns a Deferred that fires with the result of the Deferred that
// callback, or errback, returns for d's result; in Twisted, a callback that
// returns a Deferred. A nil errback passes the error on.
//
// Its Cancel cancels d, or what it waits for in d's place. It panics if a
// callback returns nil, or the Deferred that waits for it.
func Chain[T, U any](d *Deferred[T], callback func(value T) *Deferred[U], errback func(err error) *Deferred[U]) *Deferred[U] {
	next, name := follow[T, U](d), "chain "+names(callback, errback)
	d.add(name, func(value T, err error) (T, error) {
		other, err := protect(name, func() (*Deferred[U], error) {
			switch {
			case err == nil:
				return next.checked(callback(value)), nil
			case errback != nil:
				return next.checked(errback(err)), nil
			}
			return nil, err
		})
		if err != nil {
			var zero U
			return value, next.take(zero, err)
		}
		next.waitFor(other)
		return value, nil
	})
	return next
}

// follow returns a Deferred that d will fire.
func follow[T, U any](d *Deferred[T]) *Deferred[U] {
	next := &Deferred[U]{loop: d.loop}
	if !d.fired || d.running {
		next.source = d
	}
	return next
}

// take fires d, unless it was fired meanwhile. It returns the error if that has
// not moved to d.
func (d *Deferred[T]) take(value T, err error) error {
	if d.fired {
		return err
	}
	d.fire(value, err)
	return nil
}

// checked returns other, if d can wait for it.
func (d *Deferred[T]) checked(other *Deferred[T]) *Deferred[T] {
	switch {
	case other == nil:
		panic("deferred: a callback of Chain returned nil: return the Deferred to go on with")
	case other == d:
		panic("deferred: a Deferred would wait for itself, which would never end: return another one")
	}
	return other
}

// waitFor lets other fire d.
func (d *Deferred[T]) waitFor(other *Deferred[T]) {
	d.source = other
	other.add("fires another", func(value T, err error) (T, error) {
		return value, d.take(value, err)
	})
}
