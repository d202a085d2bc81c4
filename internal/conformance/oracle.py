#!/usr/bin/env python3
"""Run conformance programs on CPython's own asyncio.

Without --check, print each case with the trace that it leaves here; with it,
list the cases whose trace is another one here.

FILE holds one case a line (.jsonl, or .jsonl.gz); without it they come from
standard input. A case is {"id": ..., "program": ...} and, for --check, its
"trace"; README.md says what a program is. CPython 3.13 or later.

language.py and the ops_*.py hold the interpreter, virtual.py the loop.
"""

import argparse
import collections
import gc
import gzip
import json
import logging
import sys
import warnings

import ops_loop  # noqa: F401: they add their operations
import ops_scope  # noqa: F401
import ops_stream  # noqa: F401
import ops_task  # noqa: F401
from language import Program
from virtual import Endless


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
    gc.disable()  # what it closes would write to the trace
    program = Program(case["program"])
    try:
        trace = program.main()
    except Endless as error:
        return None, f"has no end: {error}"
    finally:
        gc.enable()
    if program.loop.cyclic or any("Cycle" in line for line in trace):
        return None, "tasks that await each other are cancelled"
    if program.loop.tied:
        return None, "two timers fall due at the same instant"
    if any(line.endswith((" raise None", "! None", " callback None")) for line in trace):
        return None, "an error that a program cannot meet"
    if program.loop._selector.network.reads_ahead():
        return None, "a stream reads ahead, and its peer sees it"
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


def quiet():
    """Say nothing of coroutines that are thrown away at the end."""
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = lambda unraisable: None
    warnings.simplefilter("ignore")


def main():
    parser = argparse.ArgumentParser(
        usage="oracle.py [--check] [FILE]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", nargs="?")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    quiet()
    sys.exit(1 if (check if args.check else show)(args.file) else 0)


if __name__ == "__main__":
    main()
