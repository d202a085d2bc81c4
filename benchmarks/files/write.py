import asyncio
import os
import sys
import time

import aiofiles

folder, number = sys.argv[1], int(sys.argv[2])
part = b"\0" * 11_000


async def write(name):
    async with aiofiles.open(name, "wb") as file:
        for _ in range(10):
            await file.write(part)


async def main():
    await asyncio.gather(*(write(os.path.join(folder, str(i))) for i in range(number)))


start = time.perf_counter()
asyncio.run(main())
print(time.perf_counter() - start)
