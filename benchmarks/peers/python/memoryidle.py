(size,) = SIZES


async def member():
    await asyncio.get_running_loop().create_future()


asyncio.run(hold(size, member))
