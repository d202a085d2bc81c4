#!/usr/bin/env python3
"""Run conformance programs on CPython's own asyncio.

Without --check, print each case with the trace that it leaves here; with it,
list the cases whose trace is another one here.

FILE holds one case a line (.jsonl, or .jsonl.gz); without it they come from
standard input. A case is {"id": ..., "program": ...} and, for --check, its
"trace"; README.md says what a program is. CPython 3.13 or later.

Time is virtual: the clock stands while anything is ready and then jumps to
the next timer. Where asyncio iterates a set, hashed by address, the oracle
puts one that keeps the order of insertion.
"""

import argparse
import asyncio
import collections
import gzip
import json
import sys
import warnings

UNIT = 1 / 512  # seconds; exact as a float
LONGEST = 10_000  # lines of a trace


# Time and order: what is not asyncio's own.


class OrderedSet(dict):
    """A set that is iterated in the order of insertion."""

    def __init__(self, items=()):
        super().__init__(dict.fromkeys(items))

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


asyncio.tasks.set = OrderedSet  # wait, as_completed
asyncio.taskgroups.set = OrderedSet  # TaskGroup's tasks


class Endless(Exception):
    """The program would wait forever, or go on forever."""


class VirtualSelector:
    """Selects no file ever; instead of waiting it moves its loop's clock."""

    def __init__(self):
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise Endless("nothing is ready and no timer is set")
        self.now += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """asyncio's loop, on a clock that jumps to the next timer.

    tied is set when two live timers fall due at the same instant: asyncio
    defines no order for them, so such a program makes no case. Nor does one
    in which a callback cancels tasks that await each other: then cyclic is set.
    """

    def __init__(self):
        super().__init__()
        self._selector = VirtualSelector()
        self.tied = False
        self.cyclic = False
        self.set_exception_handler(VirtualLoop.look_at)

    def look_at(self, context):
        if isinstance(context.get("exception"), RecursionError):
            self.cyclic = True

    def time(self):
        return self._selector.now

    def call_at(self, when, callback, *args, context=None):
        if any(t.when() == when and not t.cancelled() for t in self._scheduled):
            self.tied = True
        return super().call_at(when, callback, *args, context=context)

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass


class TaskGroup(asyncio.TaskGroup):
    """asyncio's task group; CPython 3.13 and 3.14 lack cancel and get it here."""

    if not hasattr(asyncio.TaskGroup, "cancel"):

        def cancel(self):
            if self._aborting or self._exiting and not self._tasks:
                return
            self._abort()
            if not self._parent_cancel_requested:
                self._parent_cancel_requested = True
                self._parent_task.cancel()

        async def __aexit__(self, *error):
            await super().__aexit__(*error)
            return True  # what is to go on outwards has been raised by now


# Errors and values, as the trace writes them.


class App(Exception):
    """What raise and set_error make."""

    def __init__(self, n):
        super().__init__(n)
        self.n = n


ERRORS = (  # the first that fits; BrokenBarrierError is a RuntimeError
    (asyncio.CancelledError, "Cancelled"),
    (asyncio.TimeoutError, "Timeout"),
    (asyncio.QueueEmpty, "QueueEmpty"),
    (asyncio.QueueFull, "QueueFull"),
    (asyncio.QueueShutDown, "QueueShutDown"),
    (asyncio.BrokenBarrierError, "BrokenBarrier"),
    (asyncio.InvalidStateError, "InvalidState"),
    (RecursionError, "Cycle"),  # cancelled: tasks that await each other
    (RuntimeError, "Misuse"),
    (ValueError, "Misuse"),
)

CATCHES = {
    "cancelled": lambda text: text == "Cancelled",
    "timeout": lambda text: text == "Timeout",
    "app": lambda text: text.startswith("App("),
    "misuse": lambda text: text == "Misuse",
    "group": lambda text: text.startswith("Group["),
    "shutdown": lambda text: text == "QueueShutDown",
    "any": lambda text: text is not None,
    None: lambda text: False,
}

SUSPEND = """yield sleep await shield gather wait as_completed drain timeout
    wait_for group with acquire cond_wait ev_wait put get join barrier
    barrier_reset barrier_abort""".split()

COUNTS_AS_VALUE = ("App(", "Group[", "Timeout", "QueueShutDown", "Cancelled")


def name_of(error):
    """The error as ERR, or None when a program cannot meet it."""
    if isinstance(error, App):
        return f"App({error.n})"
    if isinstance(error, BaseExceptionGroup):
        return f"Group[{','.join(str(name_of(e)) for e in error.exceptions)}]"
    for kind, name in ERRORS:
        if isinstance(error, kind):
            return name
    return None


def text_of(value):
    """A value as V, an error as its ERR."""
    return name_of(value) if isinstance(value, BaseException) else str(value)


def outcome(future):
    """The value or the error that a finished future ended with."""
    try:
        return future.result()
    except BaseException as error:
        return error


# The program.


RESOURCES = {
    "lock": lambda n: asyncio.Lock(),
    "sem": asyncio.Semaphore,
    "bsem": asyncio.BoundedSemaphore,
    "event": lambda n: asyncio.Event(),
    "cond": lambda n: asyncio.Condition(),
    "barrier": asyncio.Barrier,
    "queue": asyncio.Queue,
    "lifo": asyncio.LifoQueue,
    "prio": asyncio.PriorityQueue,
}


class Program:
    """One program on its loop: its handles, its resources and its trace."""

    def __init__(self, program):
        self.coros = program["coros"]
        self.resources = {
            name: RESOURCES[r["kind"]](r.get("n", 0))
            for name, r in program.get("resources", {}).items()
        }
        self.handles = {}  # tasks and futures, in the order they were first made
        self.made = []  # keeps alive what lost its handle: the loop does not
        self.callbacks = {}
        self.trace = []
        self.unfit = None  # why the program makes no case
        self.loop = VirtualLoop()

    def main(self):
        """Run main and one more iteration; what comes after leaves no trace."""
        main = self.loop.create_task(Coroutine(self, "main").body(), name="main")
        try:
            self.loop.run_until_complete(main)
        except Endless:
            raise
        except BaseException:
            pass  # the trace has it
        if len(self.trace) > LONGEST:
            raise Endless(f"more than {LONGEST} lines")
        trace, self.trace = self.trace, []
        return trace

    def write(self, who, text):
        self.trace.append(f"{int(self.loop.time() / UNIT)} {who} {text}")
        if len(self.trace) > LONGEST:
            self.loop.stop()

    def keep(self, handle, future):
        self.handles[handle] = future
        self.made.append(future)

    def named(self, handles):
        """The futures behind the handles, or None if any is missing."""
        found = [self.handles.get(h) for h in handles]
        return None if None in found else found


class Return:
    """The end of a coroutine by a return operation."""

    def __init__(self, value):
        self.value = value


OPS = {}


def op(method):
    OPS[method.__name__.rstrip("_")] = method
    return method


def on_handle(method):
    """For operations whose first argument is a handle that has to exist."""
    name = method.__name__.rstrip("_")

    async def checked(self, handle, *args):
        future = self.program.handles.get(handle)
        if future is None:
            return self.write(f"skip {name} {handle}")
        await method(self, handle, future, *args)

    OPS[name] = checked
    return method


class Coroutine:
    """One coroutine of the program, being run by the task called who."""

    def __init__(self, program, coro, who="main"):
        self.program = program
        self.ops = program.coros[coro]
        self.who = who
        self.groups = []

    def write(self, text):
        self.program.write(self.who, text)

    async def body(self):
        self.write("begin")
        try:
            end = await self.block(self.ops)
        except BaseException as error:
            self.write(f"raise {name_of(error)}")
            raise
        value = end.value if end else None
        self.write(f"return {value}")
        return value

    async def block(self, ops):
        """Run the operations; a Return if one of them ended the coroutine."""
        for name, *args in ops:
            self.judge(name, args)
            try:
                end = await OPS[name](self, *args)
            except BaseException as error:
                self.write(f"{name} ! {name_of(error)}")
                raise
            if end is not None:
                return end

    def judge(self, name, args):
        """Note what this library does otherwise than asyncio, on purpose."""
        task = asyncio.current_task()
        if task.cancelling() and not task._must_cancel and name in SUSPEND:
            self.program.unfit = "a task goes on after a cancellation was swallowed"
        if task.cancelling() and name in ("timeout", "wait_for"):
            self.program.unfit = "a timeout is entered with a cancellation on its way"
        if name in ("await", "wait_for"):
            future = self.program.handles.get(args[-1])
            if future is not None and future._asyncio_future_blocking:
                self.program.unfit = "a task that awaits itself is awaited"

    def callee(self, coro, who):
        return Coroutine(self.program, coro, who).body()

    def acknowledge(self):
        task = asyncio.current_task()
        while task.cancelling():
            task.uncancel()

    # Steps.

    @op
    async def log(self, label):
        self.write(f"log {label}")

    @op
    async def yield_(self):
        await asyncio.sleep(0)
        self.write("yield")

    @op
    async def sleep(self, n):
        await asyncio.sleep(n * UNIT, n)
        self.write(f"sleep {n}")

    @op
    async def raise_(self, n):
        raise App(n)

    @op
    async def return_(self, value):
        return Return(value)

    @op
    async def run(self, coro):
        value = await self.callee(coro, self.who)
        self.write(f"run {coro} {value}")

    @op
    async def try_(self, parts):
        try:
            return await self.guarded(parts)
        finally:
            if parts.get("final"):
                self.acknowledge()
                self.write("finally")
                await self.block(parts["final"])

    async def guarded(self, parts):
        try:
            return await self.block(parts["body"])
        except BaseException as error:
            text = name_of(error)
            if not CATCHES[parts.get("catch")](text):
                raise
            self.write(f"caught {text}")
            if text == "Cancelled":
                self.acknowledge()
            end = await self.block(parts.get("handler", ()))
            if not parts.get("reraise"):
                return end
            self.write("reraise")
            raise

    # Tasks and futures.

    @op
    async def spawn(self, handle, coro):
        task = asyncio.create_task(self.callee(coro, handle), name=handle)
        self.program.keep(handle, task)
        self.write(f"spawn {handle}")

    @on_handle
    async def await_(self, handle, future):
        value = await future
        self.write(f"await {handle} {value}")

    @on_handle
    async def cancel(self, handle, future):
        self.write(f"cancel {handle} {future.cancel()}")

    @on_handle
    async def on_done(self, handle, future, label):
        who = self.who
        future.add_done_callback(lambda _: self.program.write(who, f"callback {label}"))
        self.write(f"on_done {handle}")

    @on_handle
    async def shield(self, handle, future):
        value = await asyncio.shield(future)
        self.write(f"shield {handle} {value}")

    @op
    async def state(self, handle):
        self.write(f"state {handle} {self.state_of(self.program.handles.get(handle))}")

    def state_of(self, future):
        if future is None:
            return "none"
        if not future.done():
            return "pending"
        if future.cancelled():
            return "cancelled"
        return text_of(outcome(future))

    @op
    async def future(self, handle):
        self.program.keep(handle, self.program.loop.create_future())
        self.write(f"future {handle}")

    @on_handle
    async def set_result(self, handle, future, value):
        future.set_result(value)
        self.write(f"set_result {handle}")

    @on_handle
    async def set_error(self, handle, future, n):
        future.set_exception(App(n))
        self.write(f"set_error {handle}")

    @op
    async def drain(self):
        tasks = {
            h: f for h, f in self.program.handles.items() if isinstance(f, asyncio.Task)
        }
        for task in tasks.values():
            task.cancel()
        for task in tasks.values():
            while not task.done():
                await asyncio.wait([task])
        for handle, future in self.program.handles.items():
            if isinstance(future, asyncio.Task):
                self.write(f"state {handle} {self.state_of(future)}")

    # Callbacks.

    @op
    async def call_soon(self, label):
        self.program.callbacks[label] = self.program.loop.call_soon(
            self.program.write, "loop", f"called {label}"
        )
        self.write(f"call_soon {label}")

    @op
    async def call_later(self, n, label):
        self.program.callbacks[label] = self.program.loop.call_later(
            n * UNIT, self.program.write, "loop", f"called {label}"
        )
        self.write(f"call_later {label}")

    @op
    async def call_cancel(self, label):
        if label in self.program.callbacks:
            self.program.callbacks[label].cancel()
        self.write(f"call_cancel {label}")

    # Several at once.

    @op
    async def gather(self, handles, settle):
        futures = self.program.named(handles)
        if futures is None:
            return self.write("skip gather")
        values = await asyncio.gather(*futures, return_exceptions=settle)
        self.write(f"gather [{','.join(map(text_of, values))}]")

    @op
    async def wait(self, handles, mode, n):
        tasks = self.program.named(handles)
        if tasks is None:
            return self.write("skip wait")
        done, _ = await asyncio.wait(
            tasks,
            return_when={
                "first": asyncio.FIRST_COMPLETED,
                "error": asyncio.FIRST_EXCEPTION,
                "all": asyncio.ALL_COMPLETED,
            }[mode],
            timeout=None if n is None else n * UNIT,
        )
        ended = [h for h, t in zip(handles, tasks) if t in done]
        pending = [h for h, t in zip(handles, tasks) if t not in done]
        self.write(f"wait done=[{','.join(ended)}] pending=[{','.join(pending)}]")

    @op
    async def as_completed(self, handles):
        tasks = self.program.named(handles)
        if tasks is None or sum(t.done() for t in tasks) >= 2:
            return self.write("skip as_completed")
        i = 0
        async for task in asyncio.as_completed(tasks):
            text = text_of(outcome(task))
            if task.cancelled() or task.exception() is not None:
                if not text.startswith(COUNTS_AS_VALUE):
                    task.result()
            self.write(f"as_completed {i} {text}")
            i += 1

    # Scopes.

    @op
    async def timeout(self, n, ops):
        async with asyncio.timeout(n * UNIT) as scope:
            end = await self.block(ops)
        self.write(f"timeout {n} ok expired={scope.expired()}")
        return end

    @op
    async def wait_for(self, n, handle):
        future = self.program.handles.get(handle)
        if future is None:
            return self.write(f"skip wait_for {handle}")
        value = await asyncio.wait_for(future, n * UNIT)
        self.write(f"wait_for {handle} {value}")

    @op
    async def group(self, ops):
        end = None  # stays so where the group swallows a cancellation
        async with TaskGroup() as group:
            self.groups.append(group)
            try:
                end = await self.block(ops)
            finally:
                self.groups.pop()
        self.write("group ok")
        return end

    @op
    async def gspawn(self, handle, coro):
        if not self.groups:
            return self.write("skip gspawn")
        try:
            task = self.groups[-1].create_task(self.callee(coro, handle), name=handle)
        except RuntimeError:
            return self.write("gspawn refused")
        self.program.keep(handle, task)
        self.write(f"gspawn {handle}")

    @op
    async def gcancel(self):
        if not self.groups:
            return self.write("skip gcancel")
        self.groups[-1].cancel()
        self.write("gcancel")

    # Resources.

    @op
    async def with_(self, name, ops):
        async with self.program.resources[name]:
            self.write(f"enter {name}")
            end = await self.block(ops)
        self.write(f"exit {name}")
        return end

    @op
    async def locked(self, name):
        self.write(f"locked {name} {self.program.resources[name].locked()}")

    @op
    async def barrier(self, name):
        index = await self.program.resources[name].wait()
        self.write(f"barrier {name} {index}")

    @op
    async def get(self, name):
        value = await self.program.resources[name].get()
        self.write(f"get {name} {value}")

    @op
    async def get_nowait(self, name):
        self.write(f"get_nowait {name} {self.program.resources[name].get_nowait()}")

    @op
    async def qsize(self, name):
        queue = self.program.resources[name]
        self.write(
            f"qsize {name} {queue.qsize()} empty={queue.empty()} full={queue.full()}"
        )


def forward(name, method):
    """An operation that calls a method of its resource and gives nothing."""

    async def forwarded(self, resource, *args):
        result = getattr(self.program.resources[resource], method)(*args)
        if hasattr(result, "__await__"):
            await result
        self.write(" ".join(map(str, (name, resource, *args))))

    OPS[name] = forwarded


for name, method in {
    "acquire": "acquire",
    "release": "release",
    "ev_set": "set",
    "ev_clear": "clear",
    "ev_wait": "wait",
    "cond_wait": "wait",
    "notify": "notify",
    "notify_all": "notify_all",
    "put": "put",
    "put_nowait": "put_nowait",
    "task_done": "task_done",
    "join": "join",
    "shutdown": "shutdown",
    "barrier_reset": "reset",
    "barrier_abort": "abort",
}.items():
    forward(name, method)


# The command.


def cases(path):
    if path is None:
        lines = sys.stdin
    elif path.endswith(".gz"):
        lines = gzip.open(path, "rt")
    else:
        lines = open(path)
    with lines:
        yield from map(json.loads, filter(str.strip, lines))


def trace_of(case):
    """The trace, or None and why there is none."""
    program = Program(case["program"])
    try:
        trace = program.main()
    except Endless as error:
        return None, f"has no end: {error}"
    if program.loop.cyclic or any("Cycle" in line for line in trace):
        return None, "tasks that await each other are cancelled"
    if program.loop.tied:
        return None, "two timers fall due at the same instant"
    if program.unfit:
        return None, program.unfit
    return trace, None


def show(path):
    """Print every case with its trace; how many have none."""
    without = 0
    for case in cases(path):
        trace, why = trace_of(case)
        if trace is None:
            print(f"{case.get('id')}: {why}", file=sys.stderr)
            without += 1
            continue
        print(json.dumps({**case, "trace": trace}))
    return without


def check(path):
    """List what differs from the traces given; how many do."""
    total = 0
    differ = collections.defaultdict(list)
    for case in cases(path):
        total += 1
        trace, why = trace_of(case)
        if trace != case["trace"]:
            differ[why or "another trace"].append(case["id"])
    for why, ids in differ.items():
        print(f"{why} ({len(ids)}): {' '.join(ids)}")
    count = sum(map(len, differ.values()))
    print(f"{total - count} of {total} agree on {sys.version.split()[0]}")
    return count


def main():
    parser = argparse.ArgumentParser(
        usage="oracle.py [--check] [FILE]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    sys.unraisablehook = lambda unraisable: None  # coroutines thrown away at the end
    warnings.simplefilter("ignore")
    sys.exit(1 if (check if args.check else show)(args.file) else 0)


if __name__ == "__main__":
    main()
