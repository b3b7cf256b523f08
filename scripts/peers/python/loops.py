#!/usr/bin/python3
"""CPython's event loop or uvloop, chosen by the environment variable PEER_LOOP."""

from __future__ import annotations

import asyncio
import os
import platform
import sys
from pathlib import Path
from typing import Any, Callable, Coroutine

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import harness  # noqa: E402

YIELDING_TASKS, YIELDS = 1_000, 1_000
CREATED = 100_000

new_loop: Callable[[], asyncio.AbstractEventLoop]
if os.environ.get("PEER_LOOP") == "uvloop":
    import uvloop

    new_loop = uvloop.new_event_loop
    VERSION = f"{uvloop.__version__} on CPython {platform.python_version()}"
else:
    new_loop = asyncio.new_event_loop
    VERSION = platform.python_version()


def run(root: Coroutine[Any, Any, None]) -> None:
    loop = new_loop()
    loop.run_until_complete(root)
    loop.close()


async def yield_often() -> None:
    for _ in range(YIELDS):
        await asyncio.sleep(0)


async def yields() -> None:
    await asyncio.gather(*[yield_often() for _ in range(YIELDING_TASKS)])


async def nothing() -> None:
    pass


async def create() -> None:
    await asyncio.gather(*[nothing() for _ in range(CREATED)])


def repeated(root: Any) -> Any:
    def body(size: int) -> None:
        for _ in range(size):
            run(root())

    return body


if __name__ == "__main__":
    works = {
        "loop_yield": (YIELDING_TASKS * YIELDS, repeated(yields)),
        "loop_create": (CREATED, repeated(create)),
    }
    sys.exit(harness.main(VERSION, works))
