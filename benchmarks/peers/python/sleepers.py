(size,) = SIZES


async def run(n):
    start = perf_counter()
    for _ in range(n):
        asleep = [asyncio.create_task(asyncio.sleep(0.001)) for _ in range(size)]
        await wait_all(asleep)
    return perf_counter() - start


bench(run, size)
