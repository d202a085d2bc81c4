"""The part that all programs share: told how long to measure, then their sizes."""
import asyncio
import json
import sys
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
