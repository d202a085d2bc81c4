async def run(n):
    start = perf_counter()
    for _ in range(n):
        async with asyncio.timeout(3600):
            await nothing()
    return perf_counter() - start


bench(run)
