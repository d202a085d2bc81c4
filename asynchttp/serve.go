package asynchttp

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"github.com/gobaton/async"
)

// Serve serves the connections of a listener until ctx is canceled, and then
// drains: it takes no more connections, and requests under way have grace, of
// the machine's time, to be answered; what is left after that, or when ctx is
// canceled again, is closed. Serve suspends the task until all connections are
// closed.
//
// It returns nil after a cancellation that left nothing unanswered,
// context.DeadlineExceeded if the grace was too short, and the error of the
// server if that ends by itself.
func Serve(ctx context.Context, server *http.Server, listener net.Listener, grace time.Duration) error {
	serving := async.Go(ctx, func(ctx context.Context) error {
		ctx = context.WithoutCancel(ctx) // it is ended by the server's own means
		err := async.ToThread(ctx, func(context.Context) error { return server.Serve(listener) })
		if errors.Is(err, http.ErrServerClosed) {
			return nil // no failure, also where nothing waits for it any more
		}
		return err
	})
	_, err := async.Shield(ctx, serving)
	if err != nil && serving.Done() && ctx.Err() == nil {
		return err
	}
	ctx = async.Uncancel(ctx)
	drained := drain(ctx, server, grace)
	return errors.Join(drained, serving.Wait(context.WithoutCancel(ctx)))
}

// drain shuts the server down.
func drain(ctx context.Context, server *http.Server, grace time.Duration) error {
	err := async.ToThread(ctx, func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, grace)
		defer cancel()
		return server.Shutdown(ctx)
	})
	if err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}
