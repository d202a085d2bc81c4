import asyncio
import sys
import time

import aiohttp

address, requests, conns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


async def main():
    connector = aiohttp.TCPConnector(limit=conns)
    async with aiohttp.ClientSession(connector=connector) as session:
        left = 0

        async def work():
            nonlocal left
            while left > 0:
                left -= 1
                async with session.get("http://" + address) as response:
                    await response.read()

        async def ask(times):
            nonlocal left
            left = times
            await asyncio.gather(*(work() for _ in range(conns)))

        await ask(conns)
        start, cpu = time.perf_counter(), time.process_time()
        await ask(requests)
        print(time.perf_counter() - start, time.process_time() - cpu)


asyncio.run(main())
