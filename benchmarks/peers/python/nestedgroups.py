(size,) = SIZES


async def forever():
    await asyncio.get_running_loop().create_future()


async def tell(ready):
    ready.set_result(None)


async def nest(depth, ready):
    async with asyncio.TaskGroup() as tg:
        for _ in range(3):
            tg.create_task(forever())
        if depth > 1:
            await nest(depth - 1, ready)
        else:
            tg.create_task(tell(ready))


async def run(n):
    loop = asyncio.get_running_loop()
    start = perf_counter()
    for _ in range(n):
        ready = loop.create_future()
        outer = asyncio.create_task(nest(size, ready))
        await ready
        outer.cancel()
        try:
            await outer
        except asyncio.CancelledError:
            pass
    return perf_counter() - start


bench(run)
