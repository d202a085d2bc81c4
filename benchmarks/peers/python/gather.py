(size,) = SIZES


async def give(value):
    return value


async def run(n):
    start = perf_counter()
    for _ in range(n):
        await asyncio.gather(*[give(i) for i in range(size)])
    return perf_counter() - start


bench(run, size)
