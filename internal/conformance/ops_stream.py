"""Operations on connections: streams, and protocols on their transports.

An end of a connection is known to the program by a name: S.1 is the first one
that the server S has accepted, and "." the one that a handler serves or a
protocol is told of. A line's end is written as a slash.
"""

import asyncio

import sockets
from language import OPS, Coroutine, bytes_of, op, text_of

ROOM = 4  # of a buffered protocol


def sent(text):
    return text.replace("/", "\n").encode()


kept = []  # all ends: asyncio closes a stream that is forgotten


class End:
    """An end: a transport and, of a stream, its reader and writer."""

    def __init__(self, name, transport=None, reader=None, writer=None):
        self.name = name
        self.transport = transport
        self.reader = reader
        self.writer = writer
        self.reading = 0  # how many coroutines do
        self.hung_up = False  # the program has closed it
        kept.append(self)
        if reader:
            socket_of(transport).reads_ahead = True


def socket_of(transport):
    return transport.get_extra_info("socket")._sock


class Port:
    """The server of a program: its name stands for its port."""

    def __init__(self, program, name, room):
        self.number = int(name[1:])
        self.program = program
        self.name = name
        self.accepted = 0
        self.server = None
        sockets.network.rooms[self.number] = room

    def next_name(self):
        self.accepted += 1
        return f"{self.name}.{self.accepted}"


def feed_data(self, data, feed=asyncio.StreamReader.feed_data):
    feed(self, data)
    if self._paused:
        self._loop._selector.network.paused = True


asyncio.StreamReader.feed_data = feed_data


# What a connection is told.


class Told:
    """A protocol that writes what it is told, and runs operations then."""

    def __init__(self, program, name, reaction):
        self.program = program
        self.name = name
        self.reaction = reaction
        self.end = End(name)

    def tell(self, event, text=""):
        self.program.write("loop", f"{self.name} {event}{text}")
        coroutine = Coroutine(self.program, None, "loop", self.reaction.get(event, ()))
        coroutine.end = self.end
        try:
            coroutine.block(coroutine.ops).send(None)
        except StopIteration:
            pass
        except Exception:
            if event not in ("data", "eof"):
                self.program.unfit = "a protocol fails elsewhere than with its data"
            raise

    def connection_made(self, transport):
        self.end.transport = transport
        self.program.ends[self.name] = self.end
        self.tell("made")

    def eof_received(self):
        self.tell("eof")
        return self.reaction.get("keep", False)

    def connection_lost(self, error):
        self.tell("lost", " " + ("None" if error is None else text_of(error)))

    def pause_writing(self):
        self.tell("pause")

    def resume_writing(self):
        self.tell("resume")


class Plain(Told, asyncio.Protocol):
    def data_received(self, data):
        self.tell("data", " " + bytes_of(data))


class Buffered(Told, asyncio.BufferedProtocol):
    def get_buffer(self, hint):
        self.room = bytearray(ROOM)
        return self.room

    def buffer_updated(self, n):
        self.tell("data", " " + bytes_of(self.room[:n]))


def factory(self, reaction, name):
    kind = Buffered if reaction.get("buffered") else Plain
    return lambda: kind(self.program, name(), reaction)


# Operations on an end.


def on_end(method):
    """For operations whose first argument is an end that has to exist."""
    name = method.__name__

    async def checked(self, which, *args):
        end = self.end if which == "." else self.program.ends.get(which)
        if end is None or name in STREAM and not end.reader:
            return self.write(f"skip {name} {which}")
        if end.reader and end.transport.is_closing() and not end.hung_up:
            if name not in ("io_close", "io_abort", "flow", "io_write"):
                self.program.unfit = "a stream is used whose write has failed"
        await method(self, end, *args)

    OPS[name] = checked
    return method


STREAM = set("flow read read_all readline readexactly readuntil io_wait_closed".split())


@on_end
async def io_write(self, end, text):
    if end.transport.is_closing() and end.transport.get_write_buffer_size():
        self.program.unfit = "something is written while the end is closing"
    if end.reader:
        end.writer.write(sent(text))
    else:
        end.transport.write(sent(text))
    self.write(f"io_write {end.name} '{text}'")


@on_end
async def io_write_eof(self, end):
    end.transport.write_eof()
    self.write(f"io_write_eof {end.name}")


@on_end
async def io_close(self, end):
    if end.reading and end.transport.get_write_buffer_size():
        self.program.unfit = "a stream that is being read closes slowly"
    end.hung_up = True
    (end.writer or end.transport).close()
    self.write(f"io_close {end.name}")


@on_end
async def io_abort(self, end):
    end.hung_up = True
    end.transport.abort()
    self.write(f"io_abort {end.name}")


@on_end
async def io_limits(self, end, high, low):
    if end.transport.is_closing():
        return self.write(f"skip io_limits {end.name}")
    end.transport.set_write_buffer_limits(high, low)
    self.write(f"io_limits {end.name} {high} {low}")


@on_end
async def io_state(self, end):
    closing = end.transport.is_closing()
    unsent = 0 if end.transport._conn_lost else end.transport.get_write_buffer_size()
    self.write(f"io_state {end.name} closing={closing} unsent={unsent}")


@on_end
async def io_pause(self, end):
    if end.reader:
        return self.write(f"skip io_pause {end.name}")
    end.transport.pause_reading()
    self.write(f"io_pause {end.name}")


@on_end
async def io_resume(self, end):
    if end.reader:
        return self.write(f"skip io_resume {end.name}")
    end.transport.resume_reading()
    self.write(f"io_resume {end.name}")


@on_end
async def flow(self, end):
    await end.writer.drain()
    if end.transport._conn_lost and not end.writer._protocol._connection_lost:
        self.program.unfit = "an error is known of which nobody was told yet"
    self.write(f"flow {end.name}")


@on_end
async def io_wait_closed(self, end):
    if not end.transport.is_closing():
        return self.write(f"skip io_wait_closed {end.name}")
    await end.writer.wait_closed()
    self.write(f"io_wait_closed {end.name}")


def judge_read(self, end, data):
    if data and end.hung_up:
        self.program.unfit = "a stream that was closed has data"


Coroutine.judge_read = judge_read


def reading(method):
    """For operations that read: what they read is written."""
    name = method.__name__

    async def read(self, end, *args):
        if end.transport.is_closing():
            self.program.unfit = "a stream is read that the program has closed"
        fit = self.program.unfit
        if end.reading:
            self.program.unfit = "two read a stream, and neither fails"
        end.reading += 1
        try:
            data = await method(end.reader, *args)
        except RuntimeError:
            self.program.unfit = fit
            raise
        except ValueError:
            self.program.unfit = "what is longer than the limit is thrown away"
            raise
        except asyncio.IncompleteReadError as error:
            self.judge_read(end, error.partial)
            raise
        except asyncio.CancelledError:
            if name == "read_all":
                self.program.unfit = "what was read is lost with a cancellation"
            raise
        except OSError:
            self.program.unfit = "a read fails as a write has"
            raise
        finally:
            end.reading -= 1
        self.judge_read(end, data)
        self.write(f"{name} {end.name} {bytes_of(data)}")

    read.__name__ = name
    return on_end(read)


@reading
async def read(reader, n):
    return await reader.read(n)


@reading
async def read_all(reader):
    return await reader.read()


@reading
async def readline(reader):
    return await reader.readline()


@reading
async def readexactly(reader, n):
    return await reader.readexactly(n)


@reading
async def readuntil(reader, separators):
    return await reader.readuntil(tuple(map(sent, separators)))


# Opening.


@op
async def serve(self, name, coro, room, limit):
    """Start a server of streams; a handler closes what it has served."""

    async def handle(reader, writer):
        called = port.next_name()
        end = End(called, writer.transport, reader, writer)
        self.program.ends[called] = end
        coroutine = Coroutine(self.program, coro, called)
        coroutine.end = end
        try:
            await coroutine.body()
        except (Exception, asyncio.CancelledError):
            pass
        end.hung_up = True
        writer.close()
        try:
            await writer.wait_closed()
        except OSError:
            pass

    port = Port(self.program, name, room)
    port.server = await asyncio.start_server(
        handle, "127.0.0.1", port.number, limit=limit
    )
    self.program.servers[name] = port.server
    self.write(f"serve {name}")


@op
async def serve_protocol(self, name, reaction, room):
    port = Port(self.program, name, room)
    port.server = await self.program.loop.create_server(
        factory(self, reaction, port.next_name), "127.0.0.1", port.number
    )
    self.program.servers[name] = port.server
    self.write(f"serve_protocol {name}")


@op
async def unserve(self, name):
    if name not in self.program.servers:
        return self.write(f"skip unserve {name}")
    if sockets.network.opening:
        self.program.unfit = "a server is closed while a connection is being opened"
    self.program.servers[name].close()
    self.write(f"unserve {name}")


@op
async def open(self, name, server, limit):
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", int(server[1:]), limit=limit
    )
    self.program.ends[name] = End(name, writer.transport, reader, writer)
    self.write(f"open {name} {server}")


@op
async def open_protocol(self, name, server, reaction):
    await self.program.loop.create_connection(
        factory(self, reaction, lambda: name), "127.0.0.1", int(server[1:])
    )
    self.write(f"open_protocol {name} {server}")


@op
async def pair(self, *names):
    """Two streams that are connected; gives way once."""
    ends = sockets.Socket(), sockets.Socket()
    sockets.join(*ends)
    loop = self.program.loop
    for name, sock in zip(names, ends):
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        transport = loop._make_socket_transport(sock, protocol)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        self.program.ends[name] = End(name, transport, reader, writer)
    await asyncio.sleep(0)
    self.write(f"pair {names[0]} {names[1]}")


@op
async def pair_protocols(self, a, to_a, b, to_b):
    """Two protocols that are connected, the first one first."""
    ends = sockets.Socket(), sockets.Socket()
    sockets.join(*ends)
    for name, reaction, sock in (a, to_a, ends[0]), (b, to_b, ends[1]):
        await self.program.loop.connect_accepted_socket(
            factory(self, reaction, lambda: name), sock
        )
    self.write(f"pair_protocols {a} {b}")
