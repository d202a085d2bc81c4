import asyncio


async def worker(queue):
    while True:
        seconds = await queue.get()
        await asyncio.sleep(seconds)
        print(asyncio.current_task().get_name(), "has slept for", seconds)
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    for seconds in (5, 1, 2, 1):
        queue.put_nowait(seconds)
    workers = []
    for i in range(2):
        workers.append(asyncio.create_task(worker(queue), name=f"worker-{i}"))
    await queue.join()
    for w in workers:
        w.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print("all done")


asyncio.run(main())
