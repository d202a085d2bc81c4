(size,) = SIZES


async def member():
    await asyncio.sleep(3600)


asyncio.run(hold(size, member))
