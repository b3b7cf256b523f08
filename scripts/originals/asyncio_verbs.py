"""Verbs that the programs for event loops share: compute, and sleep until a point of time."""

from __future__ import annotations

import asyncio
import time

now = time.perf_counter_ns


def burn(work: int) -> None:
    """Occupies the thread for `work` ns."""
    if work > 0:
        end = now() + work
        while now() < end:
            pass


async def sleep_until(deadline: int) -> None:
    """Returns at `deadline` or later; yields to other tasks even if it has passed.
    Sleeps repeatedly, since uvloop rounds to the nearest millisecond and may wake up early.
    """
    await asyncio.sleep(max(0, deadline - now()) / 1e9)
    while (left := deadline - now()) > 0:
        await asyncio.sleep(left / 1e9)
