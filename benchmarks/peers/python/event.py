(size,) = SIZES


async def run(n):
    events = asyncio.Event(), asyncio.Event()
    woken = 0

    async def waiter():
        nonlocal woken
        for i in range(n):
            await events[i % 2].wait()
            woken += 1

    started = [asyncio.create_task(waiter()) for _ in range(size)]
    await asyncio.sleep(0)
    start = perf_counter()
    for i in range(n):
        events[(i + 1) % 2].clear()
        events[i % 2].set()
        while woken < (i + 1) * size:
            await asyncio.sleep(0)
    await wait_all(started)
    return perf_counter() - start


bench(run, size)
