"""Echo servers of asyncio: with streams, a protocol, or streams of lines."""

import asyncio
import gc
import sys

kind, size = sys.argv[1], int(sys.argv[2])


async def echo(reader, writer):
    while data := await reader.read(size):
        writer.write(data)
        await writer.drain()
    writer.close()


async def lines(reader, writer):
    async for line in reader:
        writer.write(line)
        await writer.drain()
    writer.close()


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


def answer(ended):
    if not sys.stdin.readline():
        return ended.set()
    gc.collect()
    print("collected", flush=True)


async def main():
    loop = asyncio.get_running_loop()
    if kind == "protocol":
        server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=4096)
    else:
        handler = lines if kind == "lines" else echo
        server = await asyncio.start_server(handler, "127.0.0.1", 0, backlog=4096)
    print("%s:%d" % server.sockets[0].getsockname(), flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin, answer, ended)
    await ended.wait()


asyncio.run(main())
