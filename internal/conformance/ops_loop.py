"""Operations on the loop: callbacks, other threads, signals."""

import asyncio
import threading

from language import App, Coroutine, op, on_handle, text_of
from virtual import UNIT


def elsewhere(where, call):
    """Call here, or in a thread that this one waits for."""
    if where == "here":
        return call()
    results = []
    thread = threading.Thread(target=lambda: results.append(call()))
    thread.start()
    thread.join()
    return results[0]


@op
async def stop(self):
    if self.program.closing:
        self.program.unfit = "the loop is stopped while the runner closes"
    self.program.loop.stop()
    self.write("stop")


# Callbacks that do something.


@op
async def do_soon(self, label, ops):
    self.program.callbacks[label] = self.program.loop.call_soon(
        self.callback(label, ops)
    )
    self.write(f"do_soon {label}")


@op
async def do_later(self, n, label, ops):
    self.program.callbacks[label] = self.program.loop.call_later(
        n * UNIT, self.callback(label, ops)
    )
    self.write(f"do_later {n} {label}")


@op
async def do_at(self, n, label, ops):
    self.program.callbacks[label] = self.program.loop.call_at(
        n * UNIT, self.callback(label, ops)
    )
    self.write(f"do_at {n} {label}")


@on_handle
async def do_when_done(self, handle, future, label, ops):
    called = self.callback(label, ops)
    callback = lambda _: called()
    future.add_done_callback(callback)
    self.program.watchers[label] = future, callback
    self.write(f"do_when_done {handle} {label}")


@op
async def unwatch(self, label):
    if label not in self.program.watchers:
        return self.write(f"skip unwatch {label}")
    future, callback = self.program.watchers.pop(label)
    removed = future.remove_done_callback(callback) > 0
    self.write(f"unwatch {label} {removed}")


# Other threads.


@op
async def post(self, label, where, ops):
    self.program.callbacks[label] = elsewhere(
        where,
        lambda: self.program.loop.call_soon_threadsafe(self.callback(label, ops)),
    )
    self.write(f"post {label}")


async def begins(self, coro, handle):
    self.program.begun.add(handle)
    return await self.callee(coro, handle)


@op
async def submit(self, handle, coro, where):
    self.program.submitted[handle] = elsewhere(
        where,
        lambda: asyncio.run_coroutine_threadsafe(
            begins(self, coro, handle), self.program.loop
        ),
    )
    self.write(f"submit {handle}")


@op
async def submitted(self, handle):
    """Looks at what was submitted, as a thread may."""
    future = self.program.submitted.get(handle)
    if future is None:
        return self.write(f"skip submitted {handle}")
    if handle in self.program.withdrawn:
        self.program.unfit = "a concurrent future is done as soon as it is cancelled"
    self.write(f"submitted {handle} {self.outcome_of(future)}")


@op
async def withdraw(self, handle, where):
    """Cancels what was submitted."""
    future = self.program.submitted.get(handle)
    if future is None:
        return self.write(f"skip withdraw {handle}")
    if handle in self.program.withdrawn:
        self.program.unfit = "a concurrent future is cancelled only once"
    if handle not in self.program.begun:
        self.program.unfit = "what was submitted is cancelled before it begins"
    self.program.withdrawn.add(handle)
    self.write(f"withdraw {handle} {elsewhere(where, future.cancel)}")


def outcome_of(self, future):
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    return text_of(future.exception() or future.result())


Coroutine.outcome_of = outcome_of


class Function:
    """A function of the program, which runs off the loop."""

    def __init__(self, sleep=0, value=None, error=None):
        self.sleep = sleep
        self.value = value
        self.error = error

    def __call__(self):
        if self.error is not None:
            raise App(self.error)
        return self.value


@op
async def to_thread(self, function):
    value = await asyncio.to_thread(Function(**self.program.functions[function]))
    self.write(f"to_thread {function} {value}")


@op
async def run_in_executor(self, handle, function):
    future = self.program.loop.run_in_executor(
        None, Function(**self.program.functions[function])
    )
    self.program.keep(handle, future)
    self.program.of_functions.add(future)
    self.write(f"run_in_executor {handle}")


# Signals.


@op
async def signal_handler(self, signal, label, ops):
    self.program.loop.add_signal_handler(signal, self.callback(label, ops))
    self.write(f"signal_handler {signal}")


@op
async def signal_remove(self, signal):
    removed = self.program.loop.remove_signal_handler(signal)
    self.write(f"signal_remove {signal} {removed}")


@op
async def signal(self, signal):
    self.write(f"signal {signal} {self.program.loop.deliver(signal)}")
