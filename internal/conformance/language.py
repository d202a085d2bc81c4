"""The interpreter: programs of README.md's language over asyncio.

What an operation does stands in a method or a function of its name; the
families beside this one add theirs to OPS.
"""

import asyncio

from virtual import UNIT, Endless, Loop, TaskGroup

LONGEST = 10_000  # lines of a trace


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
    (ConnectionRefusedError, "Refused"),
    (ConnectionError, "Lost"),
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
    barrier_reset barrier_abort to_thread group_as timeout_as
    cond_wait_for serve serve_protocol open open_protocol pair pair_protocols
    flow read read_all readline readexactly readuntil io_wait_closed""".split()

COUNTS_AS_VALUE = ("App(", "Group[", "Timeout", "QueueShutDown", "Cancelled")


def name_of(error):
    """The error as ERR, or None when a program cannot meet it."""
    if isinstance(error, App):
        return f"App({error.n})"
    if isinstance(error, BaseExceptionGroup):
        return f"Group[{','.join(str(name_of(e)) for e in error.exceptions)}]"
    if isinstance(error, asyncio.IncompleteReadError):
        return f"Incomplete({bytes_of(error.partial)})"
    if isinstance(error, asyncio.LimitOverrunError):
        return f"LimitOverrun({error.consumed})"
    for kind, name in ERRORS:
        if isinstance(error, kind):
            return name
    return None


def bytes_of(data):
    """Bytes as the trace writes them: a line's end is a slash."""
    return f"'{data.decode()}'".replace("\n", "/")


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
        self.runs = program.get("runs")
        self.closes = program.get("close", False)
        self.functions = program.get("functions", {})
        self.resources = {
            name: RESOURCES[r["kind"]](r.get("n", 0))
            for name, r in program.get("resources", {}).items()
        }
        self.handles = {}  # tasks and futures, in the order they were first made
        self.made = []  # keeps alive what lost its handle: the loop does not
        self.callbacks = {}
        self.watchers = {}  # done callbacks and their futures
        self.submitted = {}  # concurrent futures
        self.begun = set()  # what was submitted and has begun
        self.withdrawn = set()  # those of them that were cancelled
        self.of_functions = set()  # futures of functions off the loop
        self.groups = {}
        self.timeouts = {}
        self.ends = {}  # of connections
        self.servers = {}
        self.trace = []
        self.unfit = None  # why the program makes no case
        self.closing = False
        self.said = {}  # the arguments of the errors that ended tasks
        self.told = set()  # what was cancelled with a message
        self.told_twice = False  # before the task had heard of the first
        self.mute = set()  # cancellations that have lost their message
        self.number = next_number()
        self.loop = Loop(program.get("eager", False), self.tell)

    def main(self):
        """Run what there is to run, each to one iteration after its end."""
        if self.runs is None:
            self.run("main")
        for name in self.runs or ():
            self.write("runner", f"run {name}")
            self.write("runner", f"ended {self.run(name)}")
        if self.closes:
            self.close()
        if len(self.trace) > LONGEST:
            raise Endless(f"more than {LONGEST} lines")
        trace, self.trace = self.trace, []  # what comes after leaves none
        return trace

    def run(self, coro):
        """Run the coroutine as Runner.run does; its value or its error."""
        task = self.loop.create_task(Coroutine(self, coro, coro).body())
        self.made.append(task)
        try:
            return text_of(self.loop.run_until_complete(task))
        except Endless:
            raise
        except BaseException as error:
            return text_of(error) if task.done() else "stopped"
        finally:
            if self.loop.keeps_a_stop():
                self.unfit = "a run that ends as it is stopped stops the next one"

    def close(self):
        """What Runner.close does."""
        self.write("runner", "close")
        self.closing = True
        try:
            asyncio.runners._cancel_all_tasks(self.loop)
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor(300))
        except RecursionError:
            self.loop.cyclic = True
        except RuntimeError:  # stopped
            assert self.unfit
        self.loop.close()
        self.write("runner", "closed")

    def tell(self, kind, error):
        self.write("loop", f"handler {kind} {text_of(error)}")

    def write(self, who, text):
        self.trace.append(f"{int(self.loop.time() / UNIT)} {who} {text}")
        if len(self.trace) > LONGEST:
            self.loop.stop()

    def keep(self, handle, future):
        self.handles[handle] = future
        self.made.append(future)
        if self.closing and isinstance(future, asyncio.Task):
            self.unfit = "a task begins while the runner closes"

    def named(self, handles):
        """The futures behind the handles, or None if any is missing."""
        found = [self.handles.get(h) for h in handles]
        return None if None in found else found

    def name_of(self, task):
        """The task's name, its number counted from the program's first."""
        name = task.get_name()
        if name.startswith("Task-"):
            return f"Task-{int(name[5:]) - self.number}"
        return name


aside = Loop()  # runs nothing


def next_number():
    """Take the number of the next task without a name, on a loop of its own."""

    async def nothing():
        pass

    coro = nothing()
    task = aside.create_task(coro)
    task._log_destroy_pending = False
    coro.close()
    return int(task.get_name()[5:])


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

    def __init__(self, program, coro, who, ops=None):
        self.program = program
        self.ops = program.coros[coro] if ops is None else ops
        self.who = who
        self.groups = []
        self.end = None  # of a connection, the one it serves
        self.caught = []  # what the handlers around are for

    def write(self, text):
        self.program.write(self.who, text)

    async def body(self):
        self.write("begin")
        try:
            end = await self.block(self.ops)
        except BaseException as error:
            self.write(f"raise {name_of(error)}")
            self.program.said[asyncio.current_task()] = error.args
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
                self.judge_message(error, args)
                raise
            if end is not None:
                return end

    def judge(self, name, args):
        """Note what this library does otherwise than asyncio, on purpose."""
        task = asyncio.current_task()
        if task is None:  # in a callback
            return
        if task.cancelling() and not task._must_cancel and name in SUSPEND:
            self.program.unfit = "a task goes on after a cancellation was swallowed"
        if task.cancelling() and name in ("timeout", "timeout_as", "wait_for"):
            self.program.unfit = "a timeout is entered with a cancellation on its way"
        if name in ("await", "wait_for"):
            future = self.program.handles.get(args[-1])
            if future is not None and future._asyncio_future_blocking:
                self.program.unfit = "a task that awaits itself is awaited"

    def judge_second(self, future):
        """Note that a task is cancelled that has not heard of the last one."""
        seen = set()  # tasks may await each other
        while isinstance(future, asyncio.Task) and future not in seen:
            seen.add(future)
            self.program.told_twice |= future._must_cancel
            future = future._fut_waiter

    def judge_message(self, error, args):
        """Note that a task's CancelledError is not the first one made of it.

        asyncio gives the one that ended the task, with its message, to who
        asks first, and makes others without it."""
        if isinstance(error, asyncio.CancelledError) and not error.args:
            for argument in args:
                handles = argument if isinstance(argument, list) else [argument]
                for task in (self.program.handles.get(str(h)) for h in handles):
                    if self.program.said.get(task) or task in self.program.told:
                        self.program.mute.add(error)

    def callee(self, coro, who):
        return Coroutine(self.program, coro, who).body()

    def callback(self, label, ops):
        """A callback of the loop that runs operations which never suspend."""

        def called():
            self.program.write("loop", f"called {label}")
            block = Coroutine(self.program, None, "loop", ops).block(ops)
            try:
                block.send(None)
            except StopIteration:
                return
            raise Endless("a callback awaits")

        return called

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
            self.caught.append(error)
            try:
                end = await self.block(parts.get("handler", ()))
            finally:
                self.caught.pop()
            if not parts.get("reraise"):
                return end
            self.write("reraise")
            raise

    # Tasks and futures.

    @op
    async def spawn(self, handle, coro):
        task = self.program.loop.create_task(self.callee(coro, handle))
        task.set_name(handle)
        self.program.keep(handle, task)
        self.write(f"spawn {handle}")

    @on_handle
    async def await_(self, handle, future):
        value = await future
        self.write(f"await {handle} {value}")

    @on_handle
    async def cancel(self, handle, future):
        self.judge_second(future)
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
            task = self.groups[-1].create_task(self.callee(coro, handle))
        except RuntimeError:
            next_number()  # there it is a task that has failed
            return self.write("gspawn refused")
        task.set_name(handle)
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


