(size,) = SIZES


async def run(n):
    left, end = size, 0.0
    sleep = asyncio.sleep

    async def member():
        nonlocal left, end
        for _ in range(n):
            await sleep(0)
        left -= 1
        if left == 0:
            end = perf_counter()
        await sleep(0)

    ring = [asyncio.create_task(member()) for _ in range(size)]
    await sleep(0)
    start = perf_counter()
    await wait_all(ring)
    return end - start


bench(run, size)
