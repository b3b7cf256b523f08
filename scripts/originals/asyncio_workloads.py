"""Whole workloads for prediction. They have the names, the parameters and, if any, the arrivals and
sizes of those under workloads/. None of them is used to calibrate."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from asyncio_verbs import burn, now, sleep_until

FAR_S = 3600.0


async def serve(arrival: int, service: int, samples: list[int], index: int) -> None:
    burn(service)
    samples[index] = now() - arrival


async def requests(items: list[tuple[int, int]]) -> list[int]:
    """Each request comes at its time since the start, from a task that sleeps until then; latencies
    count from the intended time."""
    samples = [0] * len(items)
    start = now()
    async with asyncio.TaskGroup() as group:
        for index, (after, service) in enumerate(items):
            arrival = start + after
            if now() < arrival:
                await sleep_until(arrival)
            group.create_task(serve(arrival, service, samples, index))
    return samples


async def answer(ping: asyncio.Event, pong: asyncio.Event) -> None:
    await ping.wait()
    pong.set()


async def play(played: list[int], index: int) -> None:
    ping, pong = asyncio.Event(), asyncio.Event()
    partner = asyncio.create_task(answer(ping, pong))
    ping.set()
    await pong.wait()
    await partner
    played[index] += 1


async def play_all(played: list[int]) -> None:
    async with asyncio.TaskGroup() as group:
        for index in range(len(played)):
            group.create_task(play(played, index))


async def ping_pong(pairs: int, rounds: int) -> None:
    played = [0] * pairs
    for _ in range(rounds):
        await asyncio.create_task(play_all(played))
    check(all(each == rounds for each in played), "a pair did not play")


async def yield_often(yields: int, resumed: list[int], index: int) -> None:
    for _ in range(yields):
        await asyncio.sleep(0)
        resumed[index] += 1


async def yield_many(tasks: int, yields: int, rounds: int) -> None:
    resumed = [0] * tasks
    for _ in range(rounds):
        async with asyncio.TaskGroup() as group:
            for index in range(tasks):
                group.create_task(yield_often(yields, resumed, index))
    check(all(each == yields * rounds for each in resumed), "a yield is missing")


async def piece(work: int, runs: list[int], index: int) -> None:
    burn(work)
    runs[index] += 1


async def fan_out(tasks: int, work: int) -> None:
    runs = [0] * tasks
    async with asyncio.TaskGroup() as group:
        for index in range(tasks):
            group.create_task(piece(work, runs, index))
    check(all(each == 1 for each in runs), "a piece did not run once")


async def produce(to: asyncio.Queue[int | None], items: int) -> None:
    for i in range(items):
        await to.put(i)
    await to.put(None)


async def stage(
    source: asyncio.Queue[int | None], to: asyncio.Queue[int | None], number: int, work: int
) -> None:
    while (item := await source.get()) is not None:
        burn(work)
        await to.put(item + number)
    await to.put(None)


async def pipeline(stages: int, count: int, capacity: int, work: int) -> None:
    queues: list[asyncio.Queue[int | None]] = [asyncio.Queue(capacity) for _ in range(stages + 1)]
    total = 0
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(queues[0], count))
        for i in range(stages):
            group.create_task(stage(queues[i], queues[i + 1], i + 1, work))
        while (item := await queues[-1].get()) is not None:
            total += item
    expected = count * (count - 1) // 2 + count * (stages * (stages + 1) // 2)
    check(total == expected, "an item is missing")


async def sleeper(deadline: int, samples: list[int], index: int) -> None:
    await sleep_until(deadline)
    samples[index] = now() - deadline


async def timers(cancelled: int, items: list[tuple[int, int]]) -> list[int]:
    """The first `cancelled` items are time-outs that never fire, the others sleep."""
    loop = asyncio.get_running_loop()
    timeouts = [loop.call_later(FAR_S + after / 1e9, burn, 0) for after, _ in items[:cancelled]]
    sleepers = items[cancelled:]
    samples = [0] * len(sleepers)
    async with asyncio.TaskGroup() as group:
        start = now()
        for index, (after, _) in enumerate(sleepers):
            group.create_task(sleeper(start + after, samples, index))
        await asyncio.sleep(0)
        for timeout in timeouts:
            timeout.cancel()
    return samples


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)


PROGRAMS: dict[str, Callable[..., Any]] = {
    "requests": requests,
    "ping_pong": ping_pong,
    "yield_many": yield_many,
    "fan_out": fan_out,
    "pipeline": pipeline,
    "timers": timers,
}
