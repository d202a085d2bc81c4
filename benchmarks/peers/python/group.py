(size,) = SIZES


async def run(n):
    start = perf_counter()
    for _ in range(n):
        async with asyncio.TaskGroup() as tg:
            for _ in range(size):
                tg.create_task(nothing())
    return perf_counter() - start


bench(run, size)
