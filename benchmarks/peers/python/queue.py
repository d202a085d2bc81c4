(size,) = SIZES


async def run(n):
    queue = asyncio.Queue(size)

    async def produce():
        for i in range(n):
            await queue.put(i)

    start = perf_counter()
    producer = asyncio.create_task(produce())
    for _ in range(n):
        await queue.get()
    seconds = perf_counter() - start
    await producer
    return seconds


bench(run)
