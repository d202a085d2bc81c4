import asyncio

SITE = {
    "/": ["/a", "/b"],
    "/a": ["/b", "/c"],
    "/b": ["/", "/d"],
    "/c": [],
    "/d": ["/a", "/gone"],
}


async def links(page):
    await asyncio.sleep(len(page) + len(SITE.get(page, [])) / 10)
    if page not in SITE:
        raise LookupError(f"{page} is not there")
    print("read", page)
    return SITE[page]


async def crawl(start):
    seen, broken, limiter = {start}, [], asyncio.Semaphore(2)

    async def visit(page):
        async with limiter:
            try:
                found = await links(page)
            except LookupError as error:
                broken.append(str(error))
                return
        for next_page in found:
            if next_page not in seen:
                seen.add(next_page)
                tg.create_task(visit(next_page))

    async with asyncio.TaskGroup() as tg:
        tg.create_task(visit(start))
    return seen, broken


async def main():
    seen, broken = await crawl("/")
    print(f"{len(seen)} pages, {'; '.join(broken)}")


asyncio.run(main())
