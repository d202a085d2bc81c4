import asyncio
import contextlib


class Pool:
    def __init__(self, size):
        self.idle = asyncio.Queue()
        for n in range(size):
            self.idle.put_nowait(f"connection {n}")

    @contextlib.asynccontextmanager
    async def connection(self, patience):
        async with asyncio.timeout(patience):
            conn = await self.idle.get()
        try:
            yield conn
        finally:
            self.idle.put_nowait(conn)


async def query(pool, seconds, patience):
    try:
        async with pool.connection(patience) as conn:
            await asyncio.sleep(seconds)
            print(f"a query of {seconds}s on {conn}")
    except TimeoutError:
        print(f"no connection for a query of {seconds}s")


async def main():
    pool = Pool(2)
    async with asyncio.TaskGroup() as tg:
        for seconds in (3, 1, 4, 6):
            tg.create_task(query(pool, seconds, 10))
        tg.create_task(query(pool, 2, 2.5))
    print("idle:", pool.idle.qsize())


asyncio.run(main())
