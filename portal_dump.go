package async

import (
	"context"

	"github.com/gobaton/async/internal/sched"
)

// Dump returns the tasks of the portal's loop, as [DumpTree] does. It blocks
// until the loop's next iteration; in a task of another loop it suspends, in
// one of the same loop it does neither.
//
// If something has held the baton for a second by then, Dump returns what can
// be seen from outside, with Holder: for how long, and the calls in which it
// is. In debug mode it has the tasks besides, with what they wait for, but not
// which task that is held by. Without debug mode it has none, and the calls
// only if there is one such loop.
//
// If ctx is done first, Dump returns its error; if the portal or the loop is
// closed, [ErrClosed].
func (p *Portal) Dump(ctx context.Context) (*TaskTree, error) {
	if sched.Running(ctx) && sched.Of(ctx) == p.core {
		return DumpTree(ctx), nil
	}
	q := p.core.AskTree()
	defer q.Withdraw()
	if err := p.post(q); err != nil {
		return nil, err
	}
	if err := waitClosed(ctx, q.Done()); err != nil {
		return nil, err
	}
	if q.Tree() == nil {
		return nil, ErrClosed
	}
	return q.Tree(), nil
}
