(size,) = SIZES


async def alone(n):
    lock = asyncio.Lock()
    start = perf_counter()
    for _ in range(n):
        await lock.acquire()
        lock.release()
    return perf_counter() - start


async def contended(n):
    lock = asyncio.Lock()

    async def member():
        for _ in range(n):
            await lock.acquire()
            await asyncio.sleep(0)
            lock.release()

    return await timed(wait_all([asyncio.create_task(member()) for _ in range(size)]))


bench(alone if size == 1 else contended, size)
