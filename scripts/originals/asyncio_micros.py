"""Small programs for calibration; each does one kind of operation often. Each does the same,
operation by operation, as its twin in bench/calibrate/originals/micro_programs.cpp."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Callable

from asyncio_verbs import burn, sleep_until

FAR_S = 3600.0


async def yield_often(times: int) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


async def yields(tasks: int, times: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(yield_often(times))


async def nothing() -> None:
    pass


async def spawns(tasks: int, rounds: int) -> None:
    for _ in range(rounds):
        async with asyncio.TaskGroup() as group:
            for _ in range(tasks):
                group.create_task(nothing())


async def piece(work: int) -> None:
    burn(work)


async def pieces(tasks: int, rounds: int, work: int) -> None:
    for _ in range(rounds):
        async with asyncio.TaskGroup() as group:
            for _ in range(tasks):
                group.create_task(piece(work))


async def setter(there: list[asyncio.Event], back: list[asyncio.Event]) -> None:
    for ping, pong in zip(there, back):
        ping.set()
        await pong.wait()


async def answerer(there: list[asyncio.Event], back: list[asyncio.Event]) -> None:
    for ping, pong in zip(there, back):
        await ping.wait()
        pong.set()


async def events(couples: int, times: int, rounds: int) -> None:
    for _ in range(rounds):
        async with asyncio.TaskGroup() as group:
            for _ in range(couples):
                there = [asyncio.Event() for _ in range(times)]
                back = [asyncio.Event() for _ in range(times)]
                group.create_task(answerer(there, back))
                group.create_task(setter(there, back))


async def put_all(queue: asyncio.Queue[int | None], times: int) -> None:
    for i in range(times):
        await queue.put(i)
    await queue.put(None)


async def get_all(queue: asyncio.Queue[int | None]) -> None:
    while await queue.get() is not None:
        pass


async def hops(capacity: int, couples: int, times: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(couples):
            queue: asyncio.Queue[int | None] = asyncio.Queue(capacity)
            group.create_task(put_all(queue, times))
            group.create_task(get_all(queue))


async def time_outs(timers: int, rounds: int) -> None:
    loop = asyncio.get_running_loop()
    for _ in range(rounds):
        handles = [loop.call_later(FAR_S, burn, 0) for _ in range(timers)]
        for handle in handles:
            handle.cancel()
        await asyncio.sleep(0)


async def alarm(after: int) -> None:
    await sleep_until(time.perf_counter_ns() + after)


async def alarms(tasks: int, after: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(alarm(after))


def nap_of(index: int) -> int:
    return 500_000 + index * 7919 % 1500 * 1000


async def naps(times: int) -> list[int]:
    """Returns the overshoot of each sleep."""
    latencies = []
    for index in range(times):
        begin = time.perf_counter_ns()
        await alarm(nap_of(index))
        latencies.append(time.perf_counter_ns() - begin - nap_of(index))
    return latencies


PROGRAMS: dict[str, Callable[..., Any]] = {
    "yields": yields,
    "spawns": spawns,
    "pieces": pieces,
    "events": events,
    "hops": hops,
    "time_outs": time_outs,
    "alarms": alarms,
    "naps": naps,
}
