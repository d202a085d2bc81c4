import asyncio


class Topic:
    def __init__(self):
        self.subscribers = {}

    def publish(self, message):
        for queue in self.subscribers:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message)

    async def listen(self, size):
        queue = asyncio.Queue(size)
        self.subscribers[queue] = True
        try:
            while True:
                yield await queue.get()
        finally:
            del self.subscribers[queue]


async def reader(topic, name, size, seconds):
    async for message in topic.listen(size):
        print(name, "got", message)
        await asyncio.sleep(seconds)


async def main():
    topic = Topic()
    quick = asyncio.create_task(reader(topic, "quick", 0, 0))
    slow = asyncio.create_task(reader(topic, "slow", 1, 2.5))
    for n in range(5):
        await asyncio.sleep(1)
        topic.publish(n)
    await asyncio.sleep(5)
    for task in (quick, slow):
        task.cancel()
    await asyncio.gather(quick, slow, return_exceptions=True)
    print("subscribers:", len(topic.subscribers))


asyncio.run(main())
