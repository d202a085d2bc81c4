async def run(n):
    loop = asyncio.get_running_loop()
    start = perf_counter()
    for _ in range(n):
        future = loop.create_future()
        loop.call_soon(future.set_result, 1)
        await future
    return perf_counter() - start


bench(run)
