// Package streams reads and writes connections in tasks: asyncio's streams, and
// the sockets beneath.
//
//	r, w, err := streams.OpenConnection(ctx, "tcp", "localhost:7")
//	fmt.Fprintf(w, "hello\n")
//	line, err := r.ReadLine(ctx)
//
// What takes a ctx may suspend; what takes none never does. So a [Writer] takes
// what it is given at once, and [Writer.Drain] is where a task waits for a slow
// peer. A read that is canceled loses nothing. Between two awaits no other task
// of the loop runs: connections share plain data without a mutex.
//
// The parts, in the order of a reader's interest:
//
//	OpenConnection, StartServer   connections by their addresses; Options has what else can be said
//	Reader, Writer                the two directions of one
//	Server                        accepts, and owns the tasks that serve
//	StartServers                  the same with several loops, one for each core
//	Socket, Acceptor              connections without buffers; asyncio's sock_ methods
//	PacketSocket                  datagrams
//	AddReader, AddWriter          callbacks for descriptors of others
//	Network                       where connections come from: a System, or a Memory for tests
//	Conn                          what a connection is, for those who make a Network
//
// The loop itself watches the sockets, as asyncio's watches its selector. In
// virtual time, and in a bubble of testing/synctest, nothing comes from
// outside: use a Memory or [Pipe] there.
package streams
