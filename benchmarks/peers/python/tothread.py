(size,) = SIZES


def empty():
    pass


async def run(n):
    start = perf_counter()
    for _ in range(n):
        if size == 1:
            await asyncio.to_thread(empty)
        else:
            await wait_all([asyncio.create_task(asyncio.to_thread(empty)) for _ in range(size)])
    return perf_counter() - start


bench(run, size)
