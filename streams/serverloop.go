package streams

import (
	"context"

	"github.com/gobaton/async"
)

// serverLoop is a loop and its server.
type serverLoop struct {
	runner  *async.Runner
	portal  *async.Portal
	handler ConnHandler
	server  *Server // its loop's
}

// run lets the loop run. That takes a goroutine that is no loop's.
func (l *serverLoop) run(ctx context.Context) (err error) {
	l.portal, err = async.ToThreadAcquire(ctx,
		func(context.Context) (*async.Portal, error) { return l.runner.Start(context.Background()), nil },
		func(*async.Portal) { _ = l.runner.Close() })
	return err
}

// serve starts the loop's server.
func (l *serverLoop) serve(ctx context.Context, o Options, from source) error {
	h, err := hubOf(ctx)
	if err != nil {
		return err
	}
	listener, err := from.listen(h)
	if err != nil {
		return err
	}
	l.server = newServer(ctx, o, listener, l.handler)
	return nil
}
