import asyncio

END = object()


async def stage(seconds, work, source, sink, done):
    while (item := await source.get()) is not END:
        await asyncio.sleep(seconds)
        await sink.put(work(item))
        done[work.__name__] += 1
    await sink.put(END)


def double(n):
    return 2 * n


def square(n):
    return n * n


async def report(done):
    while True:
        await asyncio.sleep(2.25)
        print(f"double {done['double']}, square {done['square']}")


async def main():
    source, middle, sink = asyncio.Queue(), asyncio.Queue(2), asyncio.Queue()
    for n in (1, 2, 3, 4, 5, END):
        source.put_nowait(n)
    done = {"double": 0, "square": 0}
    progress = asyncio.create_task(report(done))
    async with asyncio.TaskGroup() as tg:
        tg.create_task(stage(0.5, double, source, middle, done))
        tg.create_task(stage(1.1, square, middle, sink, done))
    progress.cancel()
    while (n := sink.get_nowait()) is not END:
        print(n)


asyncio.run(main())
