import asyncio
import random
import unittest

END = object()


async def pass_on(delay, source, sink):
    while (item := await source.get()) is not END:
        await asyncio.sleep(delay())
        await sink.put(item)
    await sink.put(END)


async def passed(delay, items, size):
    source, middle, sink = asyncio.Queue(), asyncio.Queue(size), asyncio.Queue()
    async with asyncio.TaskGroup() as tg:
        tg.create_task(pass_on(delay, source, middle))
        tg.create_task(pass_on(delay, middle, sink))
        for item in (*items, END):
            await source.put(item)
    return [sink.get_nowait() for _ in items]


class TestPipeline(unittest.TestCase):
    def test_passes_every_item_on_in_order(self):
        for seed in range(100):
            with self.subTest(seed=seed):
                chance = random.Random(seed)
                result = asyncio.run(passed(lambda: chance.choice((0, 0.001)), [1, 2, 3], 1))
                self.assertEqual(result, [1, 2, 3])


unittest.main(argv=["test"])
