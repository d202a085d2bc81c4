import threading


async def one():
    return 1


async def run(n):
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def submit():
        start = perf_counter()
        for _ in range(n):
            asyncio.run_coroutine_threadsafe(one(), loop).result()
        loop.call_soon_threadsafe(done.set_result, perf_counter() - start)

    threading.Thread(target=submit).start()
    return await done


bench(run)
