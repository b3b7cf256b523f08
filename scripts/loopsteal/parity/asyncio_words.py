"""The operations of the language on CPython's asyncio: each is the matching call."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Callable, Iterator, Optional

from loopsteal.parity import program as language
from loopsteal.parity.program import Misuse, Op
from loopsteal.parity.virtual_loop import TICK

if TYPE_CHECKING:
    from loopsteal.parity.asyncio_world import World

# The action of an operation for the task of that label. Its result, awaited if the operation is in
# WAITING, is true if the task returns.
Act = Callable[[str], Any]


class ScriptError(Exception):
    """The exception of `raise`."""


CAUGHT: dict[str, Any] = {
    "error": ScriptError,
    "timeout": TimeoutError,
    "cancelled": asyncio.CancelledError,
    "any": (ScriptError, TimeoutError, asyncio.CancelledError, BaseExceptionGroup),
}

class InOrder(dict[Any, None]):
    """A set that keeps its order. TaskGroup keeps its tasks in a `set` and cancels them in its
    order, which is an order of addresses; with this class it is the order of creation."""

    def add(self, item: Any) -> None:
        self[item] = None

    def discard(self, item: Any) -> None:
        self.pop(item, None)


def quote(text: Optional[str]) -> str:
    return json.dumps(text, ensure_ascii=False)


def known(names: dict[str, Any], name: str, place: str, what: str) -> Any:
    found = names.get(name)
    if found is None:
        raise Misuse(place, f"{name!r} is not {what} yet: do that before")
    return found


# --- The operations, each from its operands to its action ---------------------------------------


def _log(world: World, op: Op, place: str) -> Any:
    text = quote(op[1])
    return lambda who: world.say(who, text)


def _yield(world: World, op: Op, place: str) -> Any:
    return lambda who: asyncio.sleep(0)


def _sleep(world: World, op: Op, place: str) -> Any:
    delay = op[1] * TICK
    return lambda who: asyncio.sleep(delay)


def _compute(world: World, op: Op, place: str) -> Any:
    return lambda who: world.loop.compute(op[1])


def _spawn(world: World, op: Op, place: str) -> Any:
    def act(who: str) -> None:
        world.handles[op[2]] = world.loop.create_task(world.body(op[1]))

    return act


def _join(world: World, op: Op, place: str) -> Any:
    async def act(who: str) -> None:
        task = known(world.handles, op[1], place, "spawned")
        if task is asyncio.current_task():
            raise Misuse(place, "a task cannot join itself: join it from another")
        await task

    return act


def _cancel(world: World, op: Op, place: str) -> Any:
    def act(who: str) -> None:
        task = known(world.handles, op[1], place, "spawned")
        if _waits_in_a_circle(task, []):
            raise Misuse(place, "these tasks wait for each other in a circle: join one way")
        task.cancel()

    return act


def _waits_in_a_circle(waiting: Any, above: list[Any]) -> bool:
    """True if cancel() would come back to a task that it has visited, and never return."""
    if waiting in above:
        return True
    if waiting.done():
        return False
    if isinstance(waiting, asyncio.Task):
        awaited = waiting._fut_waiter  # type: ignore[attr-defined]
        next_ones: Iterator[Any] = iter(() if awaited is None else (awaited,))
    else:
        next_ones = iter(getattr(waiting, "_children", ()))
    above = [*above, waiting]
    return any(_waits_in_a_circle(one, above) for one in next_ones)


def _call_soon(world: World, op: Op, place: str) -> Any:
    text = quote(op[1])
    return lambda who: world.loop.call_soon(world.say, "callback", text) and None


def _call_later(world: World, op: Op, place: str) -> Any:
    delay, text = op[1] * TICK, quote(op[2])

    def act(who: str) -> None:
        world.timers[op[3]] = world.loop.call_later(delay, world.say, "callback", text)

    return act


def _call_at(world: World, op: Op, place: str) -> Any:
    when, text = op[1] * TICK, quote(op[2])

    def act(who: str) -> None:
        world.timers[op[3]] = world.loop.call_at(when, world.say, "callback", text)

    return act


def _cancel_timer(world: World, op: Op, place: str) -> Any:
    return lambda who: known(world.timers, op[1], place, "set").cancel()


def _event(world: World, name: str) -> asyncio.Event:
    return world.events.get(name) or world.events.setdefault(name, asyncio.Event())


def _event_wait(world: World, op: Op, place: str) -> Any:
    event = _event(world, op[1])

    async def act(who: str) -> None:
        await event.wait()

    return act


def _event_set(world: World, op: Op, place: str) -> Any:
    event = _event(world, op[1])
    return lambda who: event.set()


def _event_clear(world: World, op: Op, place: str) -> Any:
    event = _event(world, op[1])
    return lambda who: event.clear()


def _lock(world: World, name: str) -> asyncio.Lock:
    return world.locks.get(name) or world.locks.setdefault(name, asyncio.Lock())


def _acquire(world: World, op: Op, place: str) -> Any:
    lock = _lock(world, op[1])

    async def act(who: str) -> None:
        await lock.acquire()

    return act


def _release(world: World, op: Op, place: str) -> Any:
    lock = _lock(world, op[1])

    def act(who: str) -> None:
        if not lock.locked():
            raise Misuse(place, f"the lock {op[1]!r} is free: acquire it before")
        lock.release()

    return act


def _sem_acquire(world: World, op: Op, place: str) -> Any:
    semaphore = world.semaphores[op[1]]

    async def act(who: str) -> None:
        await semaphore.acquire()

    return act


def _sem_release(world: World, op: Op, place: str) -> Any:
    semaphore = world.semaphores[op[1]]
    return lambda who: semaphore.release()


def _queue(world: World, name: str) -> asyncio.Queue[Any]:
    if name not in world.queues:
        world.queues[name] = asyncio.Queue(world.program.get("queues", {}).get(name, 0))
    return world.queues[name]


def _put(world: World, op: Op, place: str) -> Any:
    queue = _queue(world, op[1])
    return lambda who: queue.put(op[2])


def _get(world: World, op: Op, place: str) -> Any:
    queue = _queue(world, op[1])

    async def act(who: str) -> None:
        world.say(who, quote(f"got {await queue.get()}"))

    return act


def _future(world: World, name: str) -> asyncio.Future[Any]:
    if name not in world.futures:
        world.futures[name] = world.loop.create_future()
    return world.futures[name]


def _future_wait(world: World, op: Op, place: str) -> Any:
    future = _future(world, op[1])

    async def act(who: str) -> None:
        await future

    return act


def _future_set(world: World, op: Op, place: str) -> Any:
    future = _future(world, op[1])

    def act(who: str) -> None:
        if not future.done():
            future.set_result(op[2])

    return act


def _gather(world: World, op: Op, place: str) -> Any:
    async def act(who: str) -> None:
        await asyncio.gather(*[world.body(name) for name in op[1]])

    return act


def _task_group(world: World, op: Op, place: str) -> Any:
    async def act(who: str) -> None:
        async with asyncio.TaskGroup() as group:
            group._tasks = InOrder()  # type: ignore[attr-defined]
            for name in op[1]:
                group.create_task(world.body(name))

    return act


def _wait_for(world: World, op: Op, place: str) -> Any:
    delay = op[1] * TICK

    async def act(who: str) -> None:
        await asyncio.wait_for(world.body(op[2]), delay)

    return act


def _timeout(world: World, op: Op, place: str) -> Any:
    delay, block = op[1] * TICK, world.prepare(op[2], f"{place}/2")

    async def act(who: str) -> bool:
        async with asyncio.timeout(delay):
            return await world.run_block(block, who)

    return act


def _repeat(world: World, op: Op, place: str) -> Any:
    block = world.prepare(op[2], f"{place}/2")

    async def act(who: str) -> bool:
        for _ in range(op[1]):
            if await world.run_block(block, who):
                return True
        return False

    return act


def _try(world: World, op: Op, place: str) -> Any:
    body, handler, last = (world.prepare(op[i], f"{place}/{i}") for i in (1, 3, 4))
    caught = CAUGHT[op[2]]

    async def act(who: str) -> bool:
        try:
            if await world.run_block(body, who):
                return True
        except caught:
            if await world.run_block(handler, who):
                return True
        finally:
            if last and await world.run_block(last, who):
                return True  # As in Python, it swallows what is in flight.
        return False

    return act


def _raise(world: World, op: Op, place: str) -> Any:
    def act(who: str) -> None:
        raise ScriptError(op[1])

    return act


def _return(world: World, op: Op, place: str) -> Any:
    return lambda who: True


def _stop(world: World, op: Op, place: str) -> Any:
    return lambda who: world.loop.stop()


WORDS: dict[str, Callable[[World, Op, str], Act]] = {
    word: globals()[f"_{word}"] for word in language.FORMS
}
WAITING = {
    *("yield", "sleep", "join", "event_wait", "acquire", "sem_acquire", "put", "get"),
    *("future_wait", "gather", "task_group", "wait_for", "timeout", "repeat", "try"),
}
