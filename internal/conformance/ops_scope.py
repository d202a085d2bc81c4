"""Operations on groups and timeouts that others know, and on resources."""

import asyncio

from language import next_number, op
from virtual import UNIT, TaskGroup

# Scopes that others know.


@op
async def group_as(self, name, ops):
    end = None
    async with TaskGroup() as group:
        self.program.groups[name] = group
        self.groups.append(group)
        try:
            end = await self.block(ops)
        finally:
            self.groups.pop()
    self.write(f"group_as {name} ok")
    return end


@op
async def gspawn_in(self, name, handle, coro):
    group = self.program.groups.get(name)
    if group is None:
        return self.write(f"skip gspawn_in {name}")
    if group._parent_task and group._parent_task.cancelling() and not group._aborting:
        self.program.unfit = "a group whose owner is being cancelled is given a task"
    try:
        task = group.create_task(self.callee(coro, handle))
    except RuntimeError:
        next_number()  # there it is a task that has failed
        return self.write("gspawn_in refused")
    task.set_name(handle)
    self.program.keep(handle, task)
    self.write(f"gspawn_in {handle}")


@op
async def gcancel_of(self, name):
    group = self.program.groups.get(name)
    if group is None:
        return self.write(f"skip gcancel_of {name}")
    group.cancel()
    self.write(f"gcancel_of {name}")


@op
async def timeout_as(self, name, n, ops):
    async with asyncio.timeout(None if n is None else n * UNIT) as scope:
        self.program.timeouts[name] = scope
        end = await self.block(ops)
    self.write(f"timeout_as {name} ok expired={scope.expired()}")
    return end


@op
async def reschedule(self, name, n):
    """Moves the end of a timeout to N units from now, or to never."""
    scope = self.program.timeouts.get(name)
    if scope is None:
        return self.write(f"skip reschedule {name}")
    loop = self.program.loop
    try:
        scope.reschedule(None if n is None else loop.time() + n * UNIT)
    except RuntimeError:
        return self.write(f"reschedule {name} refused")
    self.write(f"reschedule {name}")


@op
async def expired(self, name):
    scope = self.program.timeouts.get(name)
    if scope is None:
        return self.write(f"skip expired {name}")
    when = scope.when()
    when = when if when is None else int(when / UNIT)
    self.write(f"expired {name} {scope.expired()} when={when}")


# Resources.


@op
async def is_set(self, name):
    self.write(f"is_set {name} {self.program.resources[name].is_set()}")


@op
async def cond_wait_for(self, name, event):
    """Waits on a condition until an event is set."""
    await self.program.resources[name].wait_for(self.program.resources[event].is_set)
    self.write(f"cond_wait_for {name} {event}")


@op
async def barrier_state(self, name):
    barrier = self.program.resources[name]
    self.write(f"barrier_state {name} {barrier.n_waiting} broken={barrier.broken}")
