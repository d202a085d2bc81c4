package websocket_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/gobaton/async"
	"github.com/gobaton/async/asynchttp/websocket"
)

func TestMessagesComeWholeAndInOrder(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		defer c.Abort()
		sent := async.Go(ctx, func(ctx context.Context) error {
			for i := range 100 {
				if err := c.WriteText(ctx, fmt.Sprint("message ", i)); err != nil {
					return err
				}
			}
			return c.WriteBinary(ctx, []byte{1, 2, 3})
		})
		for i := range 100 {
			m, err := c.Read(ctx)
			require.NoError(t, err)
			require.Equal(t, websocket.Message{Type: coder.MessageText, Data: fmt.Append(nil, "message ", i)}, m)
		}
		m, err := c.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, websocket.Message{Type: coder.MessageBinary, Data: []byte{1, 2, 3}}, m)
		require.NoError(t, sent.Wait(ctx))
		require.NoError(t, c.Close(ctx, coder.StatusNormalClosure, "done"))
		_, err = c.Read(ctx)
		require.Error(t, err)
	})
}

func TestAReadThatIsCanceledLosesNothing(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		defer c.Abort()
		err = async.Timeout(ctx, time.Millisecond, func(ctx context.Context) error {
			_, err := c.Read(ctx)
			return err
		})
		require.ErrorIs(t, err, async.ErrTimeout)
		require.NoError(t, c.WriteText(ctx, "still there"))
		m, err := c.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, "still there", m.String())
	})
}

func TestWritesOfManyTasksGoOutInTheOrderOfTheCalls(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		defer c.Abort()
		for i := range 50 {
			async.Go(ctx, func(ctx context.Context) error { return c.WriteText(ctx, fmt.Sprint(i)) })
		}
		for i := range 50 {
			m, err := c.Read(ctx)
			require.NoError(t, err)
			require.Equal(t, fmt.Sprint(i), m.String())
		}
	})
}

func TestTheIterationEndsWithTheConnection(t *testing.T) {
	var heard []string
	serve(t, func(ctx context.Context, c *websocket.Conn) error {
		for _, text := range []string{"one", "two"} {
			if err := c.WriteText(ctx, text); err != nil {
				return err
			}
		}
		return c.Close(ctx, coder.StatusGoingAway, "bye")
	}, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		defer c.Abort()
		for m, err := range c.Messages(ctx) {
			require.NoError(t, err)
			heard = append(heard, m.String())
		}
	})
	require.Equal(t, []string{"one", "two"}, heard)
}

func TestTheOtherSidesReasonIsTheErrorOfRead(t *testing.T) {
	serve(t, func(ctx context.Context, c *websocket.Conn) error {
		return c.Close(ctx, coder.StatusPolicyViolation, "not you")
	}, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		defer c.Abort()
		_, err = c.Read(ctx)
		var closed coder.CloseError
		require.ErrorAs(t, err, &closed)
		require.Equal(t, coder.CloseError{Code: coder.StatusPolicyViolation, Reason: "not you"}, closed)
		count := 0
		for _, err := range c.Messages(ctx) {
			require.Error(t, err)
			count++
		}
		require.Equal(t, 1, count)
	})
}

func TestAnAbortEndsReadsAndWrites(t *testing.T) {
	serve(t, func(ctx context.Context, c *websocket.Conn) error { // it reads nothing
		return async.Sleep(ctx, time.Hour)
	}, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		reading := async.Go(ctx, func(ctx context.Context) error {
			_, err := c.Read(ctx)
			return err
		})
		writing := async.Go(ctx, func(ctx context.Context) error {
			for {
				if err := c.WriteBinary(ctx, make([]byte, 1<<20)); err != nil {
					return err
				}
			}
		})
		for range 10 {
			require.NoError(t, async.Yield(ctx))
		}
		c.Abort()
		require.ErrorIs(t, reading.Wait(ctx), net.ErrClosed)
		require.Error(t, writing.Wait(ctx))
	})
}

func TestWithTheLoopItsConnectionsEnd(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		for range 5 {
			_, err := websocket.Dial(ctx, url, nil) // and nobody closes it
			require.NoError(t, err)
		}
	})
}

func TestARequestThatIsNoWebSocketIsToldSo(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		response, err := async.ToThreadValue(ctx, func(context.Context) (*http.Response, error) {
			client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			return client.Get(strings.Replace(url, "ws", "http", 1))
		})
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusUpgradeRequired, response.StatusCode)
	})
}

func TestADialThatFailsOrIsCanceledLeavesNothing(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		_, err := websocket.Dial(ctx, "ws://127.0.0.1:1/", nil)
		require.Error(t, err)
		for turns := range 10 {
			dialing := async.Go(ctx, func(ctx context.Context) error {
				_, err := websocket.Dial(ctx, url, nil)
				return err
			})
			for range turns {
				require.NoError(t, async.Yield(ctx))
			}
			dialing.Cancel()
			if err := dialing.Wait(ctx); err != nil {
				require.True(t, async.IsCanceled(err))
			}
		}
	})
}

func TestASecondReaderPanics(t *testing.T) {
	serve(t, echo, func(ctx context.Context, url string) {
		c, err := websocket.Dial(ctx, url, nil)
		require.NoError(t, err)
		reading := async.Go(ctx, func(ctx context.Context) error {
			_, err := c.Read(ctx)
			return err
		})
		require.NoError(t, async.Yield(ctx))
		func() {
			defer func() { require.Contains(t, recover(), "two tasks read") }()
			_, _ = c.Read(ctx)
		}()
		c.Abort()
		require.Error(t, reading.Wait(ctx))
	})
}
