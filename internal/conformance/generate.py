#!/usr/bin/env python3
"""Make random conformance cases, each with the trace that CPython leaves.

    generate.py [--seed N] [--count N] THEME... > cases.jsonl

The same seed makes the same programs. What the oracle refuses is no case, nor
is a program whose trace is another one when it runs a second time, or that
hardly does anything.
"""

import argparse
import json
import random
import sys

import language
from oracle import quiet, trace_of

# How often an operation is chosen, in each theme beside these.
COMMON = {
    "log": 2,
    "yield": 8,
    "sleep": 6,
    "raise": 1,
    "return": 1,
    "try": 4,
    "spawn": 5,
    "await": 6,
    "cancel": 3,
    "state": 1,
    "on_done": 2,
    "run": 1,
}
THEMES = {
    "offloads": {
        **COMMON,
        **dict(to_thread=10, run_in_executor=10, shield=2, gather=2, wait=2),
        **dict(wait_for=3, timeout=3, group=2, gspawn=3, call_soon=1, future=1),
    },
    "signals": {
        **COMMON,
        **dict(signal_handler=8, signal=12, signal_remove=3, future=2),
        **dict(set_result=2, do_soon=2, call_soon=2, ev_set=2, ev_wait=3),
    },
    "eager": {
        **COMMON,
        **dict(spawn=6, spawn_eager=8, spawn_lazy=4, group=4, gspawn=8, gcancel=1),
        **dict(gather=3, wait=1, shield=2, timeout=2, wait_for=2, current=2),
        **dict(future=2, set_result=2, lock=2, call_soon=1),
    },
    "portals": {
        **COMMON,
        **dict(post=10, submit=8, submitted=5, withdraw=4, call_soon=6, do_soon=3),
        **dict(future=2, set_result=2, call_cancel=2),
    },
    "deeds": {
        **COMMON,
        **dict(do_soon=7, do_later=5, do_at=3, do_when_done=8, unwatch=4),
        **dict(call_cancel=3, future=4, set_result=4, set_error=1, shield=1),
        **dict(gather=2, wait=1, lock=2, ev_set=1, ev_wait=2),
    },
    "names": {
        **COMMON,
        **dict(name=6, set_name=3, current=4, all_tasks=5, cancelling=7),
        **dict(spawn_unnamed=6, spawn_named=3, spawn_eager=2, timeout=4, group=3, gspawn=3),
        **dict(cancel=6, wait_for=2, shield=1),
    },
    "runners": {
        **COMMON,
        **dict(future=2, set_result=3, call_soon=4, call_later=3, do_soon=2),
        **dict(do_later=2, group=2, gspawn=3, timeout=2, lock=2, queue=4),
        **dict(ev_wait=2, ev_set=2, all_tasks=1, post=1, run_in_executor=1, stop=3),
    },
    "messages": {
        **COMMON,
        **dict(cancel_with=12, try_why=8, shield=3, future=4, gather=2),
        **dict(timeout=1, wait_for=2, group=1, gspawn=2, lock=3, ev_wait=2),
    },
    "owners": {  # groups that are canceled, and given tasks, by others
        **COMMON,
        **dict(group_as=8, gspawn_in=10, gcancel_of=6, gspawn=3, group=2),
        **dict(timeout=2, shield=1, do_soon=2, cancelling=1, lock=1),
    },
    "deadlines": {
        **COMMON,
        **dict(timeout_as=10, reschedule=9, expired=6, timeout=3, wait_for=3),
        **dict(group=2, gspawn=2, shield=2, do_later=2, lock=2, to_thread=1),
    },
    "resources": {
        **COMMON,
        **dict(lock=8, event=4, cond=10, queue=10, barrier=8, is_set=1),
        **dict(timeout=3, wait_for=2, do_soon=2),
    },
    "reprs": {
        **COMMON,
        **dict(repr=10, describe=10, lock=5, event=2, cond=3, queue=5, barrier=3),
        **dict(future=3, set_result=3, set_error=1, ev_wait=2, gather=1),
    },
    "streams": {
        **COMMON,
        **dict(read=14, io_write=12, write_and_flow=3, flow=3, io_write_eof=2, io_close=1),
        **dict(io_wait_closed=2, io_state=3, open=3, pair=1, unserve=1),
        **dict(timeout=2, do_soon=1, do_later=1, wait_for=1),
    },
    "protocols": {
        **COMMON,
        **dict(io_write=14, io_write_eof=3, io_close=3, io_abort=2, io_state=3),
        **dict(io_pause=6, io_resume=7, io_limits=2, open_protocol=3, unserve=1),
        **dict(pair_protocols=1, do_soon=3, do_later=3, flow=1),
    },
    "mixed": {},
}
for theme in list(THEMES):
    for name, weight in THEMES[theme].items():
        if theme not in ("mixed", "runners", "reprs", "streams", "protocols"):
            THEMES["mixed"][name] = min(5, max(THEMES["mixed"].get(name, 0), weight))

CLOSES = {"runners"}  # themes in which the runner may be closed
SIGNALS = [1, 15]
TOO_LONG = 160  # lines of a trace
LONG = 1000  # units, after which a program is drained

# What never suspends, and so may stand in a callback.
CALLABLE = set(
    """log raise spawn cancel cancel_with state future set_result set_error call_soon
    call_later call_cancel on_done do_soon do_later do_when_done unwatch post
    submit submitted withdraw run_in_executor signal signal_handler
    signal_remove spawn_eager spawn_lazy spawn_named spawn_unnamed name set_name all_tasks
    cancelling stop gspawn_in gcancel_of reschedule expired is_set barrier_state
    ev_set ev_clear put_nowait get_nowait release task_done shutdown qsize
    notify notify_all locked repr describe unserve io_write io_write_eof
    io_close io_abort io_limits io_state io_pause io_resume""".split()
)


class Writer:
    """Writes one program. A place says what may stand there."""

    def __init__(self, rng, theme):
        self.rng = rng
        self.theme = theme
        self.weights = THEMES[theme]
        self.coros = {}
        self.resources = {}
        self.functions = {}
        self.labels = 0
        self.tasks = 0
        self.left = rng.randint(4, 9)  # coroutines still to be made
        self.ends = 0  # of connections
        self.servers = []
        self.home = None  # the end that a coroutine is about

    def program(self):
        self.make_resources()
        self.make_functions()
        program = {"resources": self.resources, "coros": self.coros}
        if self.functions:
            program["functions"] = self.functions
        if self.theme == "eager" and self.rng.random() < 0.6:
            program["eager"] = True
        if self.theme in CLOSES:
            program["runs"] = ["main", *self.more_mains()]
            program["close"] = self.rng.random() < 0.7
            self.coros["main"] = self.main(drains=False)
        else:
            self.coros["main"] = self.main(drains=True)
        return program

    def more_mains(self):
        names = [f"main{i + 2}" for i in range(self.rng.randint(0, 2))]
        for name in names:
            self.coros[name] = self.main(drains=False)
        return names

    def main(self, drains):
        ops = []
        if self.theme not in CONNECTIONS:
            ops += [["future", f"f{i + 1}"] for i in range(self.rng.randint(0, 3))]
        if self.theme in CONNECTIONS:
            ops += self.servers_and_ends()
        ops += filter(None, (self.write_spawn(()) for _ in range(self.rng.randint(1, 4))))
        body = self.block((), self.rng.randint(2, 6))
        ops.append(["try", {"body": body, "catch": "any", "handler": []}])
        if drains:
            ops += [["sleep", LONG], ["drain"]]
        elif self.rng.random() < 0.5:
            ops.append(["sleep", self.rng.randint(1, 80)])
        return ops

    def make_resources(self):
        kinds = {
            "lock": ["lock", "sem", "bsem"],
            "event": ["event"],
            "cond": ["cond"],
            "queue": ["queue", "lifo", "prio"],
            "barrier": ["barrier"],
        }
        wanted = {k for k in kinds if k in self.weights}
        if {"ev_set", "ev_wait"} & set(self.weights) or "cond" in wanted:
            wanted.add("event")
        for face in sorted(wanted):
            for i in range(self.rng.randint(1, 2)):
                kind = self.rng.choice(kinds[face])
                n = self.rng.randint(0, 2) if face == "queue" else self.rng.randint(1, 3)
                self.resources[f"{kind}{i}"] = {"kind": kind, "n": n}

    def make_functions(self):
        if not {"to_thread", "run_in_executor"} & set(self.weights):
            return
        for i in range(self.rng.randint(1, 4)):
            f = self.functions[f"fn{i + 1}"] = {}
            if self.rng.random() < 0.4:
                f["sleep"] = self.rng.randint(1, 60)
            if self.rng.random() < 0.3:
                f["error"] = self.rng.randint(1, 99)
            else:
                f["value"] = self.rng.randint(1, 99)

    # Blocks.

    def block(self, place, n):
        return [self.op(place) for _ in range(n)]

    def op(self, place):
        while True:
            names = [w for w in self.weights if "callback" not in place or w in CALLABLE or w in FAMILIES]
            name = self.rng.choices(names, [self.weights[w] for w in names])[0]
            made = getattr(self, f"write_{name}", self.write_plain(name))(place)
            if made is not None and ("callback" not in place or made[0] in CALLABLE):
                return made

    def write_plain(self, name):
        return lambda place: [name]

    # Arguments.

    def label(self):
        self.labels += 1
        return f"x{self.labels}"

    def some_label(self):
        return f"x{self.rng.randint(1, max(1, self.labels))}"

    def task(self):
        return f"t{self.rng.randint(1, max(2, self.tasks + 1))}"

    def handle(self):
        futures = "future" in self.weights and self.rng.random() < 0.35
        return self.some_future() if futures else self.task()

    def some_future(self):
        if "run_in_executor" in self.weights and self.rng.random() < 0.5:
            return f"e{self.rng.randint(1, 3)}"
        return f"f{self.rng.randint(1, 3)}"

    def tasks_of(self, some):
        return [some() for _ in range(self.rng.randint(1, 3))]

    def delay(self):
        return self.rng.choice([0, self.rng.randint(1, 9), self.rng.randint(1, 90)])

    def pick(self, *kinds):
        names = [n for n, r in self.resources.items() if r["kind"] in kinds]
        return self.rng.choice(names) if names else None

    def where(self):
        return self.rng.choice(["here", "outside"])

    def deed(self):
        return self.block(("callback",), self.rng.choice([0, 1, 1, 2]))

    def coro(self, place=()):
        """A new coroutine, while there may be more of them."""
        if self.left <= 0:
            return None
        self.left -= 1
        name = f"c{len(self.coros) + 1}"
        self.coros[name] = []  # takes the name
        ops = self.conversation(place)
        if self.rng.random() < 0.8:
            ops.append(["return", self.rng.randint(1, 99)])
        self.coros[name] = ops
        return name

    def starting(self, op, *before):
        handle = self.next_task()
        coro = self.coro()
        return coro and [op, *before, handle, coro]

    def next_task(self):
        self.tasks += 1
        return f"t{self.tasks}"

    # Steps.

    def write_log(self, place):
        return ["log", self.label()]

    def write_sleep(self, place):
        return ["sleep", self.delay()]

    def write_raise(self, place):
        return ["raise", self.rng.randint(1, 99)] if self.rng.random() < 0.5 else None

    def write_return(self, place):
        return ["return", self.rng.randint(1, 99)] if self.rng.random() < 0.3 else None

    def write_run(self, place):
        coro = self.coro(("run",))
        return coro and ["run", coro]

    def write_try(self, place):
        if len(place) > 3:
            return None
        catches = ["app", "timeout", "misuse", "group", "shutdown"]
        outermost = not {"run", "scope"} & set(place)
        if outermost:
            catches += ["cancelled", "any", "cancelled", "any"]
        parts = {
            "body": self.block((*place, "try"), self.rng.randint(1, 3)),
            "catch": self.rng.choice(catches),
            "handler": self.block((*place, "try"), self.rng.randint(0, 2)),
            "reraise": self.rng.random() < 0.3,
        }
        if outermost and self.rng.random() < 0.25:
            parts["final"] = self.block((*place, "try"), self.rng.randint(1, 2))
        return ["try", parts]

    # Tasks and futures.

    def write_spawn(self, place):
        return self.starting("spawn")

    def write_spawn_eager(self, place):
        return self.starting("spawn_eager")

    def write_spawn_lazy(self, place):
        return self.starting("spawn_lazy")

    def write_spawn_named(self, place):
        return self.starting("spawn_named")

    def write_spawn_unnamed(self, place):
        return self.starting("spawn_unnamed")

    def write_await(self, place):
        return ["await", self.handle()]

    def write_cancel(self, place):
        return ["cancel", self.handle()]

    def write_cancel_with(self, place):
        return ["cancel_with", self.handle(), f"m{self.rng.randint(1, 9)}"]

    def write_try_why(self, place):
        """A try that asks why it was canceled."""
        if {"run", "scope"} & set(place) or len(place) > 3:
            return None
        made = self.write_try(place)
        made[1]["catch"] = "cancelled"
        made[1]["handler"].insert(0, ["why"])
        return made

    def write_state(self, place):
        return ["state", self.handle()]

    def write_on_done(self, place):
        return ["on_done", self.handle(), self.label()]

    def write_shield(self, place):
        return ["shield", self.handle()]

    def write_future(self, place):
        return ["future", f"f{self.rng.randint(1, 3)}"]

    def write_set_result(self, place):
        return ["set_result", f"f{self.rng.randint(1, 3)}", self.rng.randint(1, 99)]

    def write_set_error(self, place):
        return ["set_error", f"f{self.rng.randint(1, 3)}", self.rng.randint(1, 99)]

    def write_gather(self, place):
        return ["gather", self.tasks_of(self.handle), self.rng.random() < 0.5]

    def write_wait(self, place):
        n = self.rng.choice([None, self.rng.randint(1, 60)])
        mode = self.rng.choice(["first", "error", "all"])
        return ["wait", self.tasks_of(self.task), mode, n]

    def write_name(self, place):
        return ["name", self.task()]

    def write_set_name(self, place):
        return ["set_name", self.task(), f"n{self.rng.randint(1, 9)}"]

    def write_current(self, place):
        return ["current"]

    def write_cancelling(self, place):
        return ["cancelling", self.task()]

    def write_repr(self, place):
        return ["repr", self.handle()]

    # Scopes.

    def body(self, place):
        if len(place) > 3:
            return None
        return self.block((*place, "scope"), self.rng.randint(1, 4))

    def write_timeout(self, place):
        body = self.body(place)
        return body and ["timeout", self.delay(), body]

    def write_wait_for(self, place):
        return ["wait_for", self.delay(), self.handle()]

    def write_group(self, place):
        body = self.body((*place, "group"))
        return body and ["group", body]

    def write_gspawn(self, place):
        return self.starting("gspawn") if "group" in place else None

    def write_gcancel(self, place):
        return ["gcancel"] if "group" in place else None

    def some_group(self):
        return f"g{self.rng.randint(1, 2)}"

    def write_group_as(self, place):
        body = self.body((*place, "group"))
        return body and ["group_as", self.some_group(), body]

    def write_gspawn_in(self, place):
        return self.starting("gspawn_in", self.some_group())

    def write_gcancel_of(self, place):
        return ["gcancel_of", self.some_group()]

    def some_timeout(self):
        return f"s{self.rng.randint(1, 2)}"

    def some_limit(self):
        return self.rng.choice([None, self.delay(), self.delay(), self.delay()])

    def write_timeout_as(self, place):
        body = self.body(place)
        return body and ["timeout_as", self.some_timeout(), self.some_limit(), body]

    def write_reschedule(self, place):
        return ["reschedule", self.some_timeout(), self.some_limit()]

    def write_expired(self, place):
        return ["expired", self.some_timeout()]

    # Callbacks.

    def write_call_soon(self, place):
        return ["call_soon", self.label()]

    def write_call_later(self, place):
        return ["call_later", self.rng.randint(1, 90), self.label()]

    def write_call_cancel(self, place):
        return ["call_cancel", self.some_label()]

    def write_do_soon(self, place):
        return ["do_soon", self.label(), self.deed()]

    def write_do_later(self, place):
        return ["do_later", self.rng.randint(1, 90), self.label(), self.deed()]

    def write_do_at(self, place):
        return ["do_at", self.rng.randint(1, 200), self.label(), self.deed()]

    def write_do_when_done(self, place):
        return ["do_when_done", self.handle(), self.label(), self.deed()]

    def write_unwatch(self, place):
        return ["unwatch", self.some_label()]

    # The loop and what is outside.

    def write_post(self, place):
        return ["post", self.label(), self.where(), self.deed()]

    def write_submit(self, place):
        made = self.starting("submit")
        return made and [*made, self.where()]

    def write_submitted(self, place):
        return ["submitted", self.task()]

    def write_withdraw(self, place):
        return ["withdraw", self.task(), self.where()]

    def some_function(self):
        return self.rng.choice(list(self.functions))

    def write_to_thread(self, place):
        return ["to_thread", self.some_function()]

    def write_run_in_executor(self, place):
        return ["run_in_executor", f"e{self.rng.randint(1, 3)}", self.some_function()]

    def write_signal(self, place):
        return ["signal", self.rng.choice(SIGNALS)]

    def write_signal_handler(self, place):
        return ["signal_handler", self.rng.choice(SIGNALS), self.label(), self.deed()]

    def write_signal_remove(self, place):
        return ["signal_remove", self.rng.choice(SIGNALS)]

    # Connections.

    def servers_and_ends(self):
        """What has to be open before anything can happen."""
        ops = []
        for i in range(self.rng.randint(1, 2)):
            server = f"S{i + 1}"
            self.servers.append(server)
            if self.serves_protocol():
                ops.append(["serve_protocol", server, self.reaction(), self.room()])
            else:
                coro = self.handler()
                ops.append(["serve", server, coro, 0, self.limit()])
        first = ["open_protocol", "open"][self.theme == "streams"]
        ops += [self.op_named(first) for _ in range(self.rng.randint(1, 2))]
        if self.theme == "streams":
            self.home = "e1"
        return ops

    def op_named(self, name):
        return getattr(self, f"write_{name}")(())

    def serves_protocol(self):
        return (self.theme == "protocols") != (self.rng.random() < 0.15)

    def handler(self):
        """A coroutine that serves a stream: it reads and answers."""
        name = f"c{len(self.coros) + 1}"
        self.coros[name] = []
        self.coros[name] = self.talk(".", ("handler",))
        return name

    def conversation(self, place):
        if self.theme != "streams":
            return self.block(place, self.rng.randint(1, 5))
        return self.talk(f"e{self.rng.randint(1, max(1, self.ends))}", place)

    def talk(self, end, place):
        """The operations of a coroutine that is mostly about one end."""
        home, self.home = self.home, end
        ops = self.block(place, self.rng.randint(3, 8))
        if self.rng.random() < 0.5:
            ops.append([self.rng.choice(["io_close", "io_close", "io_abort"]), end])
        self.home = home
        return ops

    def room(self):
        return self.rng.choice([0, 0, 4, 8, 13])

    def limit(self):
        return self.rng.choice([9, 100, 100])

    def reaction(self):
        """What a protocol does when it is told of something."""
        made = {"keep": self.rng.random() < 0.5}
        if self.rng.random() < 0.25:
            made["buffered"] = True
        for event in "made", "data", "eof", "lost", "pause", "resume":
            if self.rng.random() < (0.6 if event in ("made", "data") else 0.25):
                made[event] = self.block(("callback", "protocol"), self.rng.randint(1, 2))
        return made

    def new_end(self):
        self.ends += 1
        return f"e{self.ends}"

    def some_end(self, place):
        if "protocol" in place and self.rng.random() < 0.85:
            return "."
        if self.home and self.rng.random() < 0.85:
            return self.home
        names = [f"e{i + 1}" for i in range(self.ends)]
        names += [f"{s}.{self.rng.randint(1, 2)}" for s in self.servers[:1]]
        return self.rng.choice(names)

    def some_server(self):
        return self.rng.choice([*self.servers, *self.servers, "S3"])

    def write_open(self, place):
        return ["open", self.new_end(), self.rng.choice(self.servers), self.limit()]

    def write_open_protocol(self, place):
        if self.left <= 0:
            return None
        self.left -= 1
        return ["open_protocol", self.new_end(), self.some_server(), self.reaction()]

    def write_pair(self, place):
        return ["pair", self.new_end(), self.new_end()]

    def write_pair_protocols(self, place):
        if self.left <= 0:
            return None
        self.left -= 1
        a, b = self.new_end(), self.new_end()
        return ["pair_protocols", a, self.reaction(), b, self.reaction()]

    def write_unserve(self, place):
        return ["unserve", self.rng.choice(self.servers)]

    def words(self):
        """Some bytes, with ends of lines in them."""
        parts = ["a", "bc", "/", "def", "/", "ghi/jk", "lmnopqr", "=", "st=u"]
        return "".join(self.rng.choice(parts) for _ in range(self.rng.randint(1, 4)))

    def write_io_write(self, place):
        return ["io_write", self.some_end(place), self.words()]

    def write_write_and_flow(self, place):
        return self.write_flow(place)

    def write_read(self, place):
        end = self.some_end(place)
        kind = self.rng.choice("read read readline readline readexactly readuntil read_all".split())
        if kind in ("read", "readexactly"):
            return [kind, end, self.rng.randint(1, 9)]
        if kind == "readuntil":
            return [kind, end, self.rng.choice([["="], ["/", "="], ["/j"], ["jk", "k"]])]
        return [kind, end]

    def write_on_end(name):
        return lambda self, place: [name, self.some_end(place)]

    write_io_write_eof = write_on_end("io_write_eof")
    write_io_close = write_on_end("io_close")
    write_io_abort = write_on_end("io_abort")
    write_io_state = write_on_end("io_state")
    write_io_pause = write_on_end("io_pause")
    write_io_resume = write_on_end("io_resume")
    write_io_wait_closed = write_on_end("io_wait_closed")
    write_flow = write_on_end("flow")

    def write_io_limits(self, place):
        low = self.rng.randint(0, 6)
        return ["io_limits", self.some_end(place), low + self.rng.randint(0, 9), low]

    # Resources: a word that stands for all operations of a family.

    def write_describe(self, place):
        return ["describe", self.rng.choice(list(self.resources))]

    def write_lock(self, place):
        name = self.pick("lock", "sem", "bsem")
        kind = self.rng.choice(["with", "with", "with", "acquire", "release", "locked"])
        return self.write_with(place, name) if kind == "with" else [kind, name]

    def write_with(self, place, name, *first):
        if len(place) > 3 or "callback" in place:
            return None
        body = self.block((*place, "with"), self.rng.randint(1, 2))
        return ["with", name, [*first, *body]]

    def write_event(self, place):
        name = self.pick("event")
        return [self.rng.choice(["ev_set", "ev_wait", "ev_clear", "is_set"]), name]

    def write_ev_set(self, place):
        return ["ev_set", self.pick("event")]

    def write_ev_wait(self, place):
        return ["ev_wait", self.pick("event")]

    def write_is_set(self, place):
        return ["is_set", self.pick("event")]

    def write_cond(self, place):
        name = self.pick("cond")
        inner = self.rng.choice(
            [
                ["cond_wait", name],
                ["cond_wait", name],
                ["notify", name, self.rng.randint(1, 2)],
                ["notify_all", name],
                ["cond_wait_for", name, self.pick("event")],
                ["cond_wait_for", name, self.pick("event")],
            ]
        )
        if self.rng.random() < 0.1:
            return inner  # without the lock
        return self.write_with(place, name, inner)

    def write_queue(self, place):
        name = self.pick("queue", "lifo", "prio")
        kind = self.rng.choice(
            """put put put get get get put_nowait get_nowait task_done join
            qsize shutdown""".split()
        )
        if kind in ("put", "put_nowait"):
            return [kind, name, self.rng.randint(1, 99)]
        if kind == "shutdown":
            return [kind, name, self.rng.random() < 0.5]
        return [kind, name]

    def write_barrier(self, place):
        name = self.pick("barrier")
        kind = self.rng.choice(
            """barrier barrier barrier barrier barrier_reset barrier_abort
            barrier_state""".split()
        )
        return [kind, name]


CONNECTIONS = {"streams", "protocols"}
FAMILIES = {"lock", "event", "cond", "queue", "barrier"}

# What has to stand in the trace of a case.
TELLING = {
    theme: [name for name in weights if name not in COMMON]
    for theme, weights in THEMES.items()
}


def telling(theme, trace):
    """Whether the trace has enough of what the theme is about."""
    words = [line.split(" ")[2] for line in trace]
    told = sum(word in TELLING[theme] or word in ("called", "enter") for word in words)
    if theme in CONNECTIONS:  # what was opened is to be used
        told = sum(word.startswith("read") for word in words)
        told += sum(line.split(" ")[3:4] in (["data"], ["lost"]) for line in trace)
    return len(trace) >= 12 and (told >= 3 or theme in CLOSES)


def make(theme, seed, count):
    """Print the cases of a theme."""
    made = 0
    for number in range(100 * count):
        rng = random.Random(f"{seed} {theme} {number}")
        program = Writer(rng, theme).program()
        case = {"id": f"{theme}-{made + 1}", "theme": theme, "program": program}
        trace, _ = trace_of(case)
        if trace is None or len(trace) > TOO_LONG or not telling(theme, trace):
            continue
        if trace_of(case)[0] != trace:
            print(f"{theme}: number {number} is not the same twice", file=sys.stderr)
            continue
        print(json.dumps({**case, "trace": trace}))
        made += 1
        if made == count:
            return


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="cases a theme")
    parser.add_argument("theme", nargs="*", help=" ".join(THEMES))
    args = parser.parse_args()
    quiet()
    language.LONGEST = 2 * TOO_LONG
    for theme in args.theme or THEMES:
        make(theme, args.seed, args.count)


if __name__ == "__main__":
    main()
