"""The program scripts/parity/asyncio_runner.py, as functions that tests can call, too."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from pathlib import Path
from typing import Callable, NoReturn

from loopsteal.parity import program as language
from loopsteal.parity.asyncio_world import World
from loopsteal.parity.program import Misuse, Program
from loopsteal.parity.virtual_loop import VirtualLoop

LoopMaker = Callable[[], VirtualLoop]


def main(arguments: list[str], make_loop: LoopMaker = VirtualLoop) -> int:
    if not arguments:
        print("asyncio_runner: name programs, or - for a stream of them", file=sys.stderr)
        return 2
    assert asyncio.Task.__module__ == "_asyncio", "the accelerated asyncio is the one in use"
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[attr-defined]
    gc.disable()  # A collection, and the `finally` blocks that it runs, would happen at random
                  # times.
    status = 0
    for name in arguments:
        status = max(status, stream(make_loop) if name == "-" else run_file(name, make_loop))
    return status


def exit_with(status: int) -> NoReturn:
    """Ends the process without freeing anything, since leftover tasks would run on."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def stream(make_loop: LoopMaker) -> int:
    for number, line in enumerate(sys.stdin.buffer, 1):
        sys.stdout.write("".join(trace(line.decode("utf-8"), make_loop)))
        sys.stdout.flush()
        if number % 64 == 0:
            gc.collect()
            gc.freeze()  # Whatever is left now stays for good: the collector need not look at it
                         # again.
    return 0


def run_file(name: str, make_loop: LoopMaker) -> int:
    try:
        program = language.read(Path(name).read_text(encoding="utf-8"))
        run(program, sys.stdout.write, make_loop)
    except Misuse as misuse:
        place = f"{misuse.place}: " if misuse.place else ""
        print(f"{name}: {place}{misuse.sentence}", file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as error:
        print(f"{name}: {error}", file=sys.stderr)
        return 2
    return 0


def trace(text: str, make_loop: LoopMaker = VirtualLoop) -> list[str]:
    """The lines of one program's trace, misuse among them."""
    lines: list[str] = []
    try:
        run(language.read(text), lines.append, make_loop)
    except Misuse as misuse:
        lines.append('{"misuse":%s}\n' % json.dumps(misuse.place, ensure_ascii=False))
    return lines


def run(program: Program, write: Callable[[str], object], make_loop: LoopMaker) -> None:
    loop = make_loop()
    try:
        World(program, loop, write).run()
    finally:
        loop.close()
