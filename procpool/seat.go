package procpool

import (
	"context"
	"errors"
	"fmt"

	"github.com/gobaton/async/remote"
)

// seat is what carries the calls of one function given to Execute: a worker,
// taken with the first of them.
type seat struct {
	pool   *Pool
	worker *process
}

// attempts is how many workers may turn out to have ended before a call.
const attempts = 3

// Carry lets the worker perform the call.
func (s *seat) Carry(ctx context.Context, call remote.Call) (answer remote.Reply, err error) {
	limit := s.pool.maxMessage()
	if n := len(call.Args); n > limit {
		return answer, fmt.Errorf("%w: the argument of %q has %d bytes, more than MaxMessage, %d", ErrTooLarge, call.Func, n, limit)
	}
	for range attempts {
		var r reply
		if r, err = s.perform(ctx, call); err == nil {
			if r.Large > 0 {
				return answer, fmt.Errorf("%w: the result of %q has %d bytes, more than MaxMessage, %d", ErrTooLarge, call.Func, r.Large, limit)
			}
			return r.Reply, nil
		}
		if !errors.Is(err, errNotSent) {
			break
		}
	}
	return answer, err
}

func (s *seat) perform(ctx context.Context, call remote.Call) (r reply, err error) {
	if s.worker == nil {
		if s.worker, err = s.pool.acquire(); err != nil {
			return r, err
		}
	}
	if r, err = s.worker.call(ctx, call, s.pool.maxMessage(), s.pool.Grace); err != nil {
		s.pool.discard(s.worker)
		s.worker = nil
	}
	return r, err
}

// leave gives the worker back.
func (s *seat) leave() {
	if s.worker != nil {
		s.pool.release(s.worker)
	}
}
