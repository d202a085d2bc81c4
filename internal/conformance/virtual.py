"""Time and order, where they are not asyncio's own: a loop without chance.

The clock stands while anything is ready and then jumps to the next timer.
Where asyncio iterates a set, hashed by address, one is put that keeps the
order of insertion. Functions that run off the loop come back in the order in
which they were handed over, one by one, each when nothing else can run.

What CPython 3.14 and 3.15 changed in the order of things is brought to 3.13:
see create_task and TaskGroup.
"""

import asyncio
import collections
import concurrent.futures
import weakref

import sockets

UNIT = 1 / 512  # seconds; exact as a float


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


def all_tasks(loop, live=asyncio.tasks.all_tasks):
    """asyncio.all_tasks in the order in which the tasks were made."""
    by_coro = {task.get_coro(): task for task in live(loop)}
    return [by_coro[coro] for coro in loop.coros if coro in by_coro]


asyncio.tasks.set = OrderedSet  # wait, as_completed
asyncio.taskgroups.set = OrderedSet  # TaskGroup's tasks
asyncio.tasks.all_tasks = all_tasks  # what a Runner cancels at its end


class Endless(Exception):
    """The program would wait forever, or go on forever."""


class Selector:
    """Selects sockets in memory; instead of waiting it moves its loop's clock."""

    def __init__(self, executor):
        self.now = 0.0
        self.executor = executor
        self.network = sockets.connect()
        self.register = self.modify = self.network.watch
        self.unregister = self.network.forget

    def get_map(self):
        return self.network.keys

    def select(self, timeout=None):
        ready = self.network.take_ready()
        if ready:
            return ready
        if timeout == 0 or self.executor.bring_one_back():
            return []
        if timeout is None:
            raise Endless("nothing is ready and no timer is set")
        self.now += timeout
        return []


class Away(concurrent.futures.Future):
    """A function off the loop: it runs from the moment it is handed over.

    Its sleep counts from the moment at which its turn to come back is there,
    when nothing else can run: it leaves the line then, and stands in it again,
    as the last, when it has slept. It sleeps no longer than somebody waits for
    it, as with asynctest.Spend.
    """

    def __init__(self, executor, call, sleep):
        super().__init__()
        self.executor = executor
        self.call = call
        self.sleep = sleep
        self.alarm = None
        self.set_running_or_notify_cancel()

    def fall_asleep(self):
        loop = self.executor.loop
        self.alarm = loop.call_later(self.sleep * UNIT, self.wake)
        self.executor.asleep += 1
        self.sleep = 0

    def wake(self):
        self.alarm.cancel()
        self.alarm = None
        self.executor.asleep -= 1
        self.executor.line.append(self)

    def cancel(self):
        self.sleep = 0
        if self.alarm:
            self.wake()
        return super().cancel()  # False: it runs

    def end(self):
        try:
            self.set_result(self.call())
        except Exception as error:
            self.set_exception(error)


class Executor(concurrent.futures.Executor):
    """Stands in for threads."""

    def __init__(self, loop):
        self.loop = loop
        self.line = collections.deque()  # those that are to come back
        self.asleep = 0
        self.emptied = None  # a future, once the loop waits for all

    def submit(self, function, /, *args):
        # asyncio.to_thread gives partial(context.run, function)
        target = function.args[0] if hasattr(function, "args") else function
        away = Away(self, lambda: function(*args), getattr(target, "sleep", 0))
        self.line.append(away)
        return away

    def bring_one_back(self):
        """Let the first in line go on; False if there is none."""
        if not self.line:
            return self.tell_emptied()
        away = self.line.popleft()
        if away.sleep:
            away.fall_asleep()
        else:
            self.off_the_loop(away.end)
        return True

    def tell_emptied(self):
        if self.emptied is None or self.asleep or self.emptied.done():
            return False
        self.loop.call_soon_threadsafe(self.emptied.set_result, None)
        self.emptied = None
        return True

    def off_the_loop(self, call):
        """Call as another thread would: asyncio asks for the running loop."""
        asyncio._set_running_loop(None)
        try:
            call()
        finally:
            asyncio._set_running_loop(self.loop)


class Loop(asyncio.selector_events.BaseSelectorEventLoop):
    """asyncio's loop, on a clock that jumps to the next timer.

    tied is set when two live timers fall due at the same instant: asyncio
    defines no order for them, so such a program makes no case. Nor does one
    in which a callback cancels tasks that await each other: then cyclic is set.
    """

    def __init__(self, eager=False, tell=lambda kind, error: None):
        asyncio.BaseEventLoop.__init__(self)
        self._default_executor = Executor(self)
        self._selector = Selector(self._default_executor)
        self._transports = weakref.WeakValueDictionary()
        self.eager = eager
        self.tell = tell  # what the exception handler hears
        self.coros = []  # those of all tasks there ever were, in order
        self.signals = {}
        self.tied = False
        self.cyclic = False
        self.set_exception_handler(Loop.look_at)

    def look_at(self, context):
        error = context.get("exception")
        if isinstance(error, RecursionError):
            self.cyclic = True
        for beginning, kind in (
            ("Exception in callback", "callback"),
            ("unhandled exception during asyncio.run() shutdown", "shutdown"),
            ("Fatal error: protocol.data_received() call failed", "protocol"),
            ("Fatal error: protocol.buffer_updated() call failed", "protocol"),
            ("Fatal error: protocol.eof_received() call failed", "protocol"),
        ):
            if context["message"].startswith(beginning):
                self.tell(kind, error)

    def time(self):
        return self._selector.now

    def call_at(self, when, callback, *args, context=None):
        if any(t.when() == when and not t.cancelled() for t in self._scheduled):
            self.tied = True
        return super().call_at(when, callback, *args, context=context)

    def create_task(self, coro, *, name=None, context=None, eager_start=None):
        """As since 3.14: the name is known, and eager_start asked for, from
        the beginning. A task factory of 3.13 gets neither."""
        eager = self.eager if eager_start is None else eager_start
        self.coros.append(coro)  # before an eager task runs
        return asyncio.Task(
            coro, loop=self, name=name, context=context, eager_start=eager
        )

    async def shutdown_default_executor(self, timeout=None):
        executor = self._default_executor
        if executor.line or executor.asleep:
            executor.emptied = self.create_future()
            await executor.emptied

    def keeps_a_stop(self):
        """Whether run_until_complete has left the callback that ends it."""
        ends = asyncio.base_events._run_until_complete_cb
        return any(handle._callback is ends for handle in self._ready)

    def add_signal_handler(self, signal, callback, *args):
        self.signals[signal] = asyncio.Handle(callback, args, self)

    def remove_signal_handler(self, signal):
        return self.signals.pop(signal, None) is not None

    def deliver(self, signal):
        """What the loop does when it reads of a signal in its pipe."""
        if signal in self.signals:
            self._add_callback_signalsafe(self.signals[signal])
        return signal in self.signals

    def _add_callback_signalsafe(self, handle):
        self._ready.append(handle)

    def close(self):
        asyncio.BaseEventLoop.close(self)  # the selector stays, as it has the clock

    def _write_to_self(self):
        pass

    def _close_self_pipe(self):
        pass


class Watched:
    """Awaits a coroutine and keeps the last CancelledError thrown into it."""

    def __init__(self, coro):
        self.coro = coro
        self.cancelled = None

    def __await__(self):
        try:
            future = self.coro.send(None)
            while True:
                try:
                    sent = yield future
                except BaseException as error:
                    if isinstance(error, asyncio.CancelledError):
                        self.cancelled = error
                    future = self.coro.throw(error)
                else:
                    future = self.coro.send(sent)
        except StopIteration as end:
            return end.value


class TaskGroup(asyncio.TaskGroup):
    """asyncio's task group as it is in 3.15, also on 3.13 and 3.14."""

    def create_task(self, coro, **how):
        """As in 3.14, the end of a task is always heard of in a callback, be
        it done already; as in 3.15, a task that cancels the group while it
        starts eagerly is cancelled, too."""
        if not self._entered or self._aborting or self._exiting and not self._tasks:
            coro.close()
            raise RuntimeError("the group takes no task")
        task = self._loop.create_task(coro, **how)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)
        if self._aborting and not task.done():
            task.cancel()
        return task

    def cancel(self):
        """New in 3.15."""
        if self._aborting or self._exiting and not self._tasks:
            return
        self._abort()
        if not self._parent_cancel_requested:
            self._parent_cancel_requested = True
            self._parent_task.cancel()

    async def __aexit__(self, *error):
        """As in 3.15, a group that was cancelled, and ends without an error,
        goes on with a cancellation from outside that it met while waiting."""
        task = self._parent_task
        leave = Watched(super().__aexit__(*error))
        await leave
        if self._parent_cancel_requested and task.cancelling() and leave.cancelled:
            raise leave.cancelled
        return True  # what is to go on outwards has been raised by now
