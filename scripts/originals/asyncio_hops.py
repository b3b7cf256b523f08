"""Programs of two event loops, which measure the cost of making a callback ready on another loop,
in another thread, by call_soon_threadsafe. bench/calibrate/originals/ solves for the sender's part
(posts) and for the rest of the way to a loop that sleeps (hand_overs)."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import Callable

NewLoop = Callable[[], asyncio.AbstractEventLoop]

now = time.perf_counter_ns


def hand_overs(new_loop: NewLoop, times: int) -> list[int]:
    """Round trips between two loops in two threads. Each loop sleeps while the other has the turn,
    and each has its own CPU: two threads on one CPU change turns without a wake-up from CPU to CPU.
    Returns the time of each trip, from the call on the first loop to the callback that comes
    back."""
    first, second = new_loop(), new_loop()
    trips: list[int] = []
    began = 0

    def begin() -> None:
        nonlocal began
        began = now()
        second.call_soon_threadsafe(answer)

    def answer() -> None:
        first.call_soon_threadsafe(end)

    def end() -> None:
        trips.append(now() - began)
        if len(trips) < times:
            begin()
        else:
            second.call_soon_threadsafe(second.stop)
            first.stop()

    cpus = sorted(os.sched_getaffinity(0))

    def run_second() -> None:
        os.sched_setaffinity(0, {cpus[-1]})  # Of the calling thread only.
        second.run_forever()

    thread = threading.Thread(target=run_second)
    thread.start()
    os.sched_setaffinity(0, {cpus[0]})
    first.call_soon(begin)
    first.run_forever()
    thread.join()
    os.sched_setaffinity(0, cpus)
    first.close()
    second.close()
    return trips


def nothing() -> None:
    pass


def posts(new_loop: NewLoop, posts: int, rounds: int) -> list[int]:
    """The sender's part: `posts` calls in a row to a loop that does not run meanwhile. It runs them
    afterwards, which does not count. Returns the time of the calls of each round."""
    loop = new_loop()
    taken: list[int] = []
    for _ in range(rounds):
        began = now()
        for _ in range(posts):
            loop.call_soon_threadsafe(nothing)
        taken.append(now() - began)
        loop.call_soon(loop.stop)
        loop.run_forever()
    loop.close()
    return taken


PROGRAMS: dict[str, Callable[..., list[int]]] = {"hand_overs": hand_overs, "posts": posts}
