async def run(n):
    start = perf_counter()
    for _ in range(n):
        await asyncio.create_task(nothing())
    return perf_counter() - start


bench(run)
