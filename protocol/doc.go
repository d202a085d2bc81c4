// Package protocol serves connections by callbacks: asyncio's transports and
// protocols, and Twisted's. A [Protocol] is called for what happens, in turns
// of the loop, and answers through its [Transport]; nothing in it suspends.
// Where tasks are to read and write, package streams is the simpler way.
//
// The callbacks of a connection come in this order: ConnectionMade once, then
// DataReceived any number of times, EOFReceived at most once, ConnectionLost
// once. PauseWriting and ResumeWriting are called within Write, or when the
// peer has caught up. A callback that panics ends its connection, and the panic
// goes to the loop's error handler.
package protocol
