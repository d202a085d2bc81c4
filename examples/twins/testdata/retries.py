import asyncio


class Site:
    def __init__(self, failures):
        self.limiter = asyncio.Semaphore(2)
        self.failures = failures

    async def fetch(self, page):
        async with self.limiter:
            await asyncio.sleep(1 + page / 10)
            if self.failures.get(page, 0) > 0:
                self.failures[page] -= 1
                raise ConnectionError(f"page {page} is away")
            return f"page {page}"

    async def retrying(self, page):
        delay = 1
        while True:
            try:
                return await self.fetch(page)
            except ConnectionError as error:
                print(f"{error}: again in {delay}s")
                await asyncio.sleep(delay)
                delay *= 2


async def main():
    site = Site({2: 2, 5: 1})
    async with asyncio.timeout(30):
        pages = await asyncio.gather(*(site.retrying(page) for page in (1, 2, 5)))
    print(", ".join(pages))
    site.failures[2] = 99
    try:
        async with asyncio.timeout(8):
            await site.retrying(2)
    except TimeoutError:
        print("it took too long")


asyncio.run(main())
