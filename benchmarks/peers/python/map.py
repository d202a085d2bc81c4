size, limit = SIZES


async def run(n):
    permits = asyncio.Semaphore(limit)

    async def successor(arg):
        async with permits:
            await asyncio.sleep(0)
            return arg + 1

    start = perf_counter()
    for _ in range(n):
        await asyncio.gather(*[successor(0) for _ in range(size)])
    return perf_counter() - start


bench(run, size)
