"""The part that all programs share: told how long to measure, then their sizes."""
import asyncio
import gc
import json
import os
import sys
import tracemalloc
from time import perf_counter

BENCHTIME = float(sys.argv[1])
SIZES = [int(arg) for arg in sys.argv[2:]]


def bench(run, ops=1):
    """Awaits run(n), which returns its seconds, with a growing n until it takes long enough."""
    n = 1
    while (seconds := asyncio.run(run(n))) < BENCHTIME and n < 1e9:
        n = int(min(100 * n, max(n + 1, 1.2 * n * BENCHTIME / max(seconds, 1e-9))))
    print(json.dumps({"ns/op": seconds * 1e9 / (n * ops)}))


async def timed(work):
    """Awaits work; returns its seconds."""
    start = perf_counter()
    await work
    return perf_counter() - start


async def wait_all(tasks):
    for task in tasks:
        await task


async def nothing():
    pass


def resident():
    """How much of the process is in memory, 0 on other systems than Linux."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


async def footprint(size, start, stop):
    """Prints what one of size tasks holds that start() has started: first what the process grows by, then, started
    anew, the bytes that tracemalloc counts."""
    gc.collect()
    before = resident()
    started = await start()
    gc.collect()
    grown = resident() - before
    await stop(started)
    del started
    gc.collect()
    tracemalloc.start()
    started = await start()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await stop(started)
    print(json.dumps({"B/task": held / size, "resident B/task": grown / size}))


async def hold(size, member):
    """Prints what one of size tasks of member() holds, which suspend in their first step."""

    async def start():
        tasks = [asyncio.create_task(member()) for _ in range(size)]
        await asyncio.sleep(0)
        return tasks

    async def stop(tasks):
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)

    await footprint(size, start, stop)
