"""Scripted programs on uvloop, in real time: a tick is about a millisecond. Only for programs whose
order does not depend on the speed of the machine; its traces have no iterations."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvloop

from loopsteal.parity import program as language
from loopsteal.parity.asyncio_world import World
from loopsteal.parity.program import Misuse
from loopsteal.parity.virtual_loop import TICK


class UvLoop(uvloop.Loop):  # type: ignore[misc]
    """A loop with the members that World needs of a loop in virtual time."""

    virtual = SimpleNamespace(iterations=0, idle=0)
    ticks = 0  # Real time differs from run to run, so traces leave it out.

    def compute(self, ticks: int) -> None:
        time.sleep(ticks * TICK)


def main(arguments: list[str]) -> int:
    for name in arguments:
        loop: Any = UvLoop()
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda loop, context: None)
        try:
            program = language.read(Path(name).read_text(encoding="utf-8"))
            World(program, loop, sys.stdout.write).run()
        except Misuse as misuse:
            print(f"{name}: {misuse.place}: {misuse.sentence}", file=sys.stderr)
            return 2
    return 0
