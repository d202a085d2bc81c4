// Package websocket has WebSockets as awaits, on github.com/coder/websocket.
//
//	c, err := websocket.Dial(ctx, "ws://localhost:8080/chat", nil)
//	defer c.Abort()
//	err = c.WriteText(ctx, "hello")
//	for message, err := range c.Messages(ctx) {
//		...
//	}
//
// A handler of package asynchttp makes one of its request by [Accept]. It is a
// module of its own, as package async depends on nothing.
//
// A connection reads one message ahead of the task that asks for it, so that
// pings are answered and its end is noticed. A Read that is canceled loses
// nothing. Writes go out in the order of the calls. With the loop all of its
// connections end; net/http's Shutdown does not know them, as they are no
// requests any more.
package websocket
