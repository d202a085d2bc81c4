(size,) = SIZES


async def main():
    queue = asyncio.Queue()
    await hold(size, queue.get)


asyncio.run(main())
