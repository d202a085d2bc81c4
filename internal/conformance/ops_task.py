"""Operations on tasks: how they start, what they are called, why they end."""

import asyncio
import re

from language import Coroutine, on_handle, op, outcome, text_of

# Starting and naming.


def start(name, **how):
    """An operation that starts a task, and names it afterwards."""

    async def begin(self, handle, coro):
        task = self.program.loop.create_task(self.callee(coro, handle), **how)
        task.set_name(handle)
        self.program.keep(handle, task)
        self.write(f"{name} {handle}")

    begin.__name__ = name
    op(begin)


start("spawn_eager", eager_start=True)
start("spawn_lazy", eager_start=False)


@op
async def spawn_named(self, handle, coro):
    """Starts a task that has its name from the beginning."""
    task = self.program.loop.create_task(self.callee(coro, handle), name=handle)
    self.program.keep(handle, task)
    self.write(f"spawn_named {handle}")


@op
async def spawn_unnamed(self, handle, coro):
    """Starts a task that keeps the name it is given."""
    task = self.program.loop.create_task(self.callee(coro, handle))
    self.program.keep(handle, task)
    self.write(f"spawn_unnamed {handle}")


@on_handle
async def name(self, handle, task):
    if not isinstance(task, asyncio.Task):
        return self.write(f"skip name {handle}")
    self.write(f"name {handle} {self.program.name_of(task)}")


@on_handle
async def set_name(self, handle, task, name):
    if not isinstance(task, asyncio.Task):
        return self.write(f"skip set_name {handle}")
    task.set_name(name)
    self.write(f"set_name {handle}")


@op
async def current(self):
    self.write(f"current {self.program.name_of(asyncio.current_task())}")


@op
async def all_tasks(self):
    tasks = asyncio.tasks.all_tasks(self.program.loop)
    self.write(f"all_tasks [{','.join(map(self.program.name_of, tasks))}]")


@on_handle
async def cancelling(self, handle, task):
    if not isinstance(task, asyncio.Task):
        return self.write(f"skip cancelling {handle}")
    self.write(f"cancelling {handle} {task.cancelling()}")


# Messages of cancellations.


@on_handle
async def cancel_with(self, handle, future, message):
    self.program.told.add(future)
    self.judge_second(future)
    self.write(f"cancel_with {handle} {message} {future.cancel(message)}")


@op
async def why(self):
    """Writes the message of the cancellation that is being handled."""
    error = self.caught[-1] if self.caught else None
    if not isinstance(error, asyncio.CancelledError):
        return self.write("skip why")
    if self.program.told_twice:
        self.program.unfit = "of two messages asyncio tells the last, a context the first"
    if error in self.program.mute:
        self.program.unfit = "a cancellation has lost its message on its way"
    self.write(f"why {error.args[0] if error.args else None}")


# Reprs.


@on_handle
async def repr_(self, handle, future):
    text = repr(future)
    parts = list(re.match(r"<(\w+) (\w+)", text).groups())
    if isinstance(future, asyncio.Task):
        parts.append(self.program.name_of(future))
        awaited = future._fut_waiter
        if " wait_for=" in text and not awaited.done():
            parts.append(f"wait_for={self.kind_of(awaited)}")
    if parts[1] == "finished":
        parts.append(text_of(outcome(future)))
    self.write(f"repr {handle} {' '.join(parts)}")


def kind_of(self, awaited):
    """Whether it is a task or a future of the program's, or a primitive's."""
    if awaited not in self.program.made:
        return "other"
    return "Task" if isinstance(awaited, asyncio.Task) else "Future"


Coroutine.kind_of = kind_of


@op
async def describe(self, name):
    """Writes what a resource says of itself, without module and address.

    Who was woken or cancelled, and has not run since, is not counted."""
    resource = self.program.resources[name]
    text = str(resource)
    for line in ("waiters", "getters", "putters"):
        waiting = getattr(resource, f"_{line}", None) or ()
        n = sum(not future.done() for future in waiting)
        text = re.sub(rf"(, {line}:)\d+\]", rf"\g<1>{n}]", text)
        text = re.sub(rf"( _{line}\[)\d+\]", rf"\g<1>{n}]", text)
    text = re.sub(r", waiters:0\]$", "]", text)
    text = re.sub(r" _(get|put)ters\[0\]", "", text)
    text = re.sub(r"<asyncio\.\w+\.(\w+) object at 0x[0-9a-f]+ ", r"<\1 ", text)
    text = text.replace(" _", " ")  # a queue's names, and then its items
    text = re.sub(r"(?<=\d), (?=\d)", " ", text)
    self.write(f"describe {name} {text}")
