"""Run a program of asyncio in virtual time: python3 virtual.py PROGRAM."""

import asyncio
import runpy
import sys


class Loop(asyncio.SelectorEventLoop):
    """An event loop whose time goes on when nothing else can."""

    now = 0.0

    def time(self):
        return self.now

    def _run_once(self):
        timers = [h._when for h in self._scheduled if not h._cancelled]
        if timers and not self._ready:
            self.now = max(self.now, min(timers))
        super()._run_once()


def run(main):
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)


asyncio.run = run
runpy.run_path(sys.argv[1], run_name="__main__")
