import asyncio


async def machine(name, seconds):
    print(f"start {name}")
    await asyncio.sleep(seconds)
    print(f"end {name}")


async def laundry():
    await machine("washing machine", 3)
    await machine("dryer", 3.2)


async def potatoes(pieces):
    for i in range(pieces):
        await asyncio.sleep(0.9)
        print(f"potato {i}")


async def main():
    await asyncio.gather(
        machine("dishwasher", 3.1),
        laundry(),
        machine("boiling water", 4),
        potatoes(5),
    )


asyncio.run(main())
