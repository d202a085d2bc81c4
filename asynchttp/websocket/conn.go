package websocket

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net"
	"slices"
	"sync"

	"github.com/coder/websocket"

	"github.com/gobaton/async"
	"github.com/gobaton/async/primitives"
)

// A Message is what is sent and received whole.
type Message struct {
	Type websocket.MessageType // MessageText or MessageBinary
	Data []byte
}

// String returns the data.
func (m Message) String() string { return string(m.Data) }

// A Conn is a WebSocket, for the tasks of one loop. One task reads at a time;
// any number may write.
type Conn struct {
	raw    *websocket.Conn
	come   *async.Notifier       // a message has come, or the end
	over   *async.Notifier       // the goroutine that reads has ended
	gate   *primitives.Semaphore // held by the write that is under way
	keeper *async.Task[async.Void]
	busy   bool // a task reads

	mu     sync.Mutex
	taken  sync.Cond
	next   *Message
	err    error
	closed bool // nobody takes any more
}

// newConn makes a Conn, which lives as a task: when that is canceled, at the
// latest at the end of the loop, the connection is closed.
func newConn(ctx context.Context, raw *websocket.Conn) *Conn {
	l := async.RunningLoop(ctx)
	c := &Conn{raw: raw, gate: primitives.NewSemaphore(1)}
	c.taken.L = &c.mu
	c.come = l.NewNotifier(awaited("a message"), true)
	c.over = l.NewNotifier(awaited("the end of a WebSocket"), true)
	go c.receive()
	c.keeper = async.GoEager(async.Named(ctx, "websocket"), c.keep)
	return c
}

// awaited is what a task waits for.
type awaited string

// String says what it is.
func (a awaited) String() string { return string(a) }

func (c *Conn) keep(ctx context.Context) error {
	if c.over.Wait(ctx) == nil {
		return nil
	}
	c.discard()
	ctx = context.WithoutCancel(ctx)
	_ = async.ToThread(ctx, func(context.Context) error { return c.raw.CloseNow() })
	return c.over.Wait(ctx)
}

// receive reads until there is an error, one message ahead.
func (c *Conn) receive() {
	defer c.over.Notify()
	for {
		kind, data, err := c.raw.Read(context.Background())
		if !c.deliver(&Message{kind, data}, err) {
			return
		}
	}
}

// deliver hands a message over, and returns when it was taken; false: it was
// the last.
func (c *Conn) deliver(m *Message, err error) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.err = err
		c.come.Notify()
		return false
	}
	if c.closed {
		return true // to the end: those who close wait for it
	}
	c.next = m
	c.come.Notify()
	for c.next != nil && !c.closed {
		c.taken.Wait()
	}
	return true
}

// discard lets go of all that comes from now on.
func (c *Conn) discard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	c.taken.Broadcast()
}

// take returns the message that has come, or why none will come.
func (c *Conn) take() (m *Message, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m = c.next; m != nil {
		c.next = nil
		c.taken.Broadcast()
		return m, nil
	}
	return nil, c.err
}

// Read returns the next message. It suspends until there is one. The error of a
// connection that the other side has closed is a websocket.CloseError. One that
// has been closed here is net.ErrClosed.
//
// If ctx is canceled first, Read returns its error and nothing is lost. It
// panics while another task reads.
func (c *Conn) Read(ctx context.Context) (Message, error) {
	if c.busy {
		panic("websocket: two tasks read from one Conn, and each would get a part: let one task read")
	}
	c.busy = true
	defer func() { c.busy = false }()
	for {
		m, err := c.take()
		switch {
		case m != nil:
			return *m, nil
		case c.closed && err != nil && websocket.CloseStatus(err) < 0:
			return Message{}, fmt.Errorf("websocket: %w", net.ErrClosed)
		case err != nil:
			return Message{}, err
		}
		if err := c.come.Wait(ctx); err != nil {
			return Message{}, err
		}
	}
}

// Messages returns the messages until the connection is closed: by either side
// with the status of a normal closure or of going away, the iteration just
// ends. Another error is the last pair. All else is as with [Conn.Read].
func (c *Conn) Messages(ctx context.Context) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		for {
			m, err := c.Read(ctx)
			status := websocket.CloseStatus(err)
			if status == websocket.StatusNormalClosure || status == websocket.StatusGoingAway || errors.Is(err, net.ErrClosed) {
				return
			}
			if !yield(m, err) || err != nil {
				return
			}
		}
	}
}

// Write sends a message. It suspends until that has gone out, after those of
// earlier calls. Data belongs to the caller again when it returns.
//
// If ctx is canceled first, Write returns its error; a message that has begun
// to go out does so whole. A peer that reads nothing can keep it waiting: use a
// timeout, and Abort.
func (c *Conn) Write(ctx context.Context, m Message) error {
	if err := c.gate.Acquire(ctx); err != nil {
		return err
	}
	data := slices.Clone(m.Data)
	future := async.RunInExecutor(ctx, nil, func(context.Context) (async.Void, error) {
		return async.Void{}, c.raw.Write(context.Background(), m.Type, data)
	})
	_, err := async.Shield(ctx, future)
	if future.Done() {
		c.gate.Release()
	} else {
		future.OnDone(func() {
			_ = future.Err()
			c.gate.Release()
		})
	}
	return err
}

// WriteText sends a text. All else is as with [Conn.Write].
func (c *Conn) WriteText(ctx context.Context, text string) error {
	return c.Write(ctx, Message{websocket.MessageText, []byte(text)})
}

// WriteBinary sends bytes. All else is as with [Conn.Write].
func (c *Conn) WriteBinary(ctx context.Context, data []byte) error {
	return c.Write(ctx, Message{websocket.MessageBinary, data})
}

// Close tells the other side why the connection ends, waits a few seconds for
// its answer, and closes the connection. It suspends until then. Messages that
// come meanwhile are dropped.
//
// If ctx is canceled first, or was before, Close returns its error and the
// connection is closed all the same.
func (c *Conn) Close(ctx context.Context, status websocket.StatusCode, reason string) error {
	c.discard()
	closing := async.GoEager(ctx, func(ctx context.Context) error {
		return async.ToThread(context.WithoutCancel(ctx), func(context.Context) error { return c.raw.Close(status, reason) })
	})
	_, err := async.Shield(ctx, closing)
	if !closing.Done() {
		closing.OnDone(func() { _ = closing.Err() })
	}
	return err
}

// Abort closes the connection without a word. It never suspends, and does
// nothing after Close: defer it.
func (c *Conn) Abort() { c.keeper.Cancel() }

// Raw returns the connection beneath, for its options: SetReadLimit and
// Subprotocol. It must not be read.
func (c *Conn) Raw() *websocket.Conn { return c.raw }
