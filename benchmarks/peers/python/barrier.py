(size,) = SIZES


async def run(n):
    meeting = asyncio.Barrier(size)

    async def member():
        for _ in range(n):
            await meeting.wait()

    return await timed(wait_all([asyncio.create_task(member()) for _ in range(size)]))


bench(run, size)
