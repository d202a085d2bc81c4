(size,) = SIZES


async def link(behind, ready):
    if behind == 0:
        ready.set_result(None)
        await asyncio.get_running_loop().create_future()
    else:
        await asyncio.create_task(link(behind - 1, ready))


async def run(n):
    loop = asyncio.get_running_loop()
    start = perf_counter()
    for _ in range(n):
        ready = loop.create_future()
        first = asyncio.create_task(link(size - 1, ready))
        await ready
        first.cancel()
        try:
            await first
        except asyncio.CancelledError:
            pass
    return perf_counter() - start


bench(run, size)
