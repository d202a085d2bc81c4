(size,) = SIZES


async def alone(n):
    permits = asyncio.Semaphore(2)
    start = perf_counter()
    for _ in range(n):
        await permits.acquire()
        permits.release()
    return perf_counter() - start


async def contended(n):
    permits = asyncio.Semaphore(2)

    async def member():
        for _ in range(n):
            await permits.acquire()
            await asyncio.sleep(0)
            permits.release()

    return await timed(wait_all([asyncio.create_task(member()) for _ in range(size)]))


bench(alone if size == 1 else contended, size)
