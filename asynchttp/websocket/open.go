package websocket

import (
	"context"

	"github.com/coder/websocket"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp"
)

// Dial connects to a ws:// or wss:// address, with options that may be nil. It
// suspends until the server has agreed.
//
// If ctx is canceled first, Dial returns its error and leaves no connection
// behind.
func Dial(ctx context.Context, url string, o *websocket.DialOptions) (*Conn, error) {
	life, end := context.WithCancelCause(context.WithoutCancel(ctx))
	raw, err := async.ToThreadAcquire(ctx, func(ctx context.Context) (*websocket.Conn, error) {
		stop := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
		defer stop()
		raw, _, err := websocket.Dial(life, url, o) //asyncvet:ignore the connection outlives this function
		return raw, err
	}, func(late *websocket.Conn) { _ = late.CloseNow() })
	if err != nil {
		end(err)
		return nil, err
	}
	return newConn(ctx, raw), nil
}

// Accept makes a WebSocket of a request that a handler of package asynchttp
// answers, with options that may be nil. What the handler returns or writes is
// not sent any more; the connection ends with its Close or Abort, which the
// handler had better defer. It suspends until the client has the answer; if the
// client did not ask for a WebSocket, the answer says so, and that is the
// error. A cancellation does not interrupt it.
func Accept(ctx context.Context, w *asynchttp.ResponseWriter, r *asynchttp.Request, o *websocket.AcceptOptions) (*Conn, error) {
	w.Detach()
	raw, err := async.ToThreadValue(context.WithoutCancel(ctx), func(context.Context) (*websocket.Conn, error) {
		return websocket.Accept(w.Raw(), r.Request, o)
	})
	if err != nil {
		return nil, err
	}
	return newConn(ctx, raw), nil
}
