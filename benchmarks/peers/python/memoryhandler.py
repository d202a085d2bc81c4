import resource
import socket

(size,) = SIZES
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


async def main():
    reached, begun = asyncio.Event(), 0

    async def handle(reader, writer):
        nonlocal begun
        begun += 1
        if begun == size:
            reached.set()
        try:
            await reader.readline()
        finally:
            writer.close()

    def connect(port):
        clients = []
        for _ in range(size):
            clients.append(socket.socket())
            clients[-1].connect(("127.0.0.1", port))
        return [client.detach() for client in clients]

    async def start():
        """Serves an address, and waits until each client has its handler."""
        nonlocal begun
        begun = 0
        reached.clear()
        server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=size)
        clients = await asyncio.to_thread(connect, server.sockets[0].getsockname()[1])
        await reached.wait()
        return server, clients

    async def stop(started):
        server, clients = started
        for client in clients:
            socket.close(client)
        server.close()
        await asyncio.sleep(0.2)

    await footprint(size, start, stop)


asyncio.run(main())
