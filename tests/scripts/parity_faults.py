#!/usr/bin/python3
"""CPython's asyncio with one deliberate fault, for the tests: a runner like asyncio_runner.py.

    tests/scripts/parity_faults.py FAULT -

What the fault changes is what somebody might well get wrong who writes such a loop anew."""

from __future__ import annotations

import asyncio
import heapq
import sys
from pathlib import Path
from typing import Any, Callable

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from loopsteal.parity import asyncio_side, asyncio_words  # noqa: E402
from loopsteal.parity.virtual_loop import VirtualLoop  # noqa: E402


class NumberedTimer(asyncio.TimerHandle):
    count = 0

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        NumberedTimer.count += 1
        self.number = NumberedTimer.count

    def __lt__(self, other: Any) -> bool:
        return (self._when, self.number) < (other._when, other.number)


class TiesFirstIn(VirtualLoop):
    def call_at(self, when: float, callback: Any, *arguments: Any, context: Any = None) -> Any:
        timer = NumberedTimer(when, callback, arguments, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer


class Compacting(VirtualLoop):
    """Makes the heap anew where asyncio does not yet."""

    def _run_once(self) -> None:
        if self.is_time(len(self._scheduled), self._timer_cancelled_count):
            kept = [timer for timer in self._scheduled if not timer._cancelled]
            for timer in self._scheduled:
                timer._scheduled = not timer._cancelled
            heapq.heapify(kept)
            self._scheduled = kept
            self._timer_cancelled_count = 0
        super()._run_once()

    def is_time(self, timers: int, cancelled: int) -> bool:
        raise NotImplementedError


class CompactsAtHalf(Compacting):
    def is_time(self, timers: int, cancelled: int) -> bool:
        return timers > 100 and 2 * cancelled >= timers


class CompactsAtHundred(Compacting):
    def is_time(self, timers: int, cancelled: int) -> bool:
        return timers >= 100 and 2 * cancelled > timers


class NeverCompacts(VirtualLoop):
    _timer_cancelled_count = property(lambda self: 0, lambda self, count: None)  # type: ignore


class DueTimersFirst(VirtualLoop):
    """Due timers stand in front of what was ready before."""

    def _process_events(self, events: list[Any]) -> None:
        before = list(self._ready)
        self._ready.clear()
        while self._scheduled and self._scheduled[0]._when <= self.time():
            timer = heapq.heappop(self._scheduled)
            timer._scheduled = False
            self._ready.append(timer)
        self._ready.extend(before)


class RunsWhatComesMeanwhile(VirtualLoop):
    """call_soon(f) within an iteration: the next job of the same one, not of the next."""

    def _run_once(self) -> None:
        super()._run_once()
        if self._ready and not self._stopping:
            handle = self._ready.popleft()
            if not handle._cancelled:
                handle._run()


class DueOneTickLate(VirtualLoop):
    def call_at(self, when: float, callback: Any, *arguments: Any, context: Any = None) -> Any:
        late = when + 1 / 1024 if when <= self.time() else when
        return super().call_at(late, callback, *arguments, context=context)


LOOPS: dict[str, type[VirtualLoop]] = {
    "ties_first_in": TiesFirstIn,
    "compacts_at_half": CompactsAtHalf,
    "compacts_at_hundred": CompactsAtHundred,
    "never_compacts": NeverCompacts,
    "due_timers_first": DueTimersFirst,
    "runs_what_comes_meanwhile": RunsWhatComesMeanwhile,
    "due_one_tick_late": DueOneTickLate,
}


# --- Faults of words ----------------------------------------------------------------------------


def joins_an_iteration_late() -> None:
    def join(world: Any, op: Any, place: str) -> Any:
        right = asyncio_words._join(world, op, place)

        async def act(who: str) -> None:
            await right(who)
            await asyncio.sleep(0)

        return act

    asyncio_words.WORDS["join"] = join


def newer_wait_for() -> None:
    """That of CPython 3.12, which costs fewer iterations."""

    async def wait_for(future: Any, delay: float) -> Any:
        async with asyncio.timeout(delay):
            return await future

    asyncio.wait_for = wait_for  # type: ignore[assignment]


def groups_cancel_backwards() -> None:
    forwards = asyncio_words.InOrder

    class Backwards(forwards):  # type: ignore[valid-type,misc]
        def __iter__(self) -> Any:
            return iter(list(super().__iter__())[::-1])

    asyncio_words.InOrder = Backwards  # type: ignore[misc]


def gather_cancels_backwards() -> None:
    future = asyncio.tasks._GatheringFuture  # type: ignore[attr-defined]
    right = future.__init__

    def wrong(self: Any, children: Any, **more: Any) -> None:
        right(self, children[::-1], **more)

    future.__init__ = wrong


def locks_forget_to_wake() -> None:
    """A cancelled waiter that had the lock already keeps it to itself."""

    async def acquire(lock: Any) -> bool:
        if not lock._locked and not lock._waiters:
            lock._locked = True
            return True
        lock._waiters = lock._waiters or asyncio.queues.collections.deque()  # type: ignore
        future = lock._get_loop().create_future()
        lock._waiters.append(future)
        try:
            await future
        finally:
            lock._waiters.remove(future)
        lock._locked = True
        return True

    asyncio.Lock.acquire = acquire  # type: ignore[method-assign]


def semaphores_let_others_in_front() -> None:
    asyncio.Semaphore.locked = lambda semaphore: semaphore._value == 0  # type: ignore


def queues_wake_one_too_few() -> None:
    """get() forgets who waits to put."""

    def get_nowait(queue: Any) -> Any:
        if queue.empty():
            raise asyncio.QueueEmpty
        return queue._get()

    asyncio.Queue.get_nowait = get_nowait  # type: ignore[method-assign]


def timeouts_stay_cancelled() -> None:
    """A timeout that expired does not take its request to cancel back."""
    right = asyncio.timeouts._State.EXPIRING  # type: ignore[attr-defined]

    async def leave(timeout: Any, kind: Any, error: Any, trace: Any) -> None:
        if timeout._timeout_handler is not None:
            timeout._timeout_handler.cancel()
        if timeout._state is right and timeout._task.cancelling() <= 1:
            if kind is asyncio.CancelledError:
                raise TimeoutError

    asyncio.Timeout.__aexit__ = leave  # type: ignore[method-assign]


def futures_survive_their_waiters() -> None:
    """Who waits for a future shields it."""

    def future_wait(world: Any, op: Any, place: str) -> Any:
        future = asyncio_words._future(world, op[1])

        async def act(who: str) -> None:
            await asyncio.shield(future)

        return act

    asyncio_words.WORDS["future_wait"] = future_wait


def sleeping_on_zero_is_a_timer() -> None:
    async def sleep(delay: float) -> None:
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        loop.call_later(delay, lambda: future.done() or future.set_result(None))
        await future

    asyncio_words.WORDS["sleep"] = lambda world, op, place: lambda who: sleep(op[1] / 1024)


WORDS: dict[str, Callable[[], None]] = {
    fault.__name__: fault
    for fault in (
        joins_an_iteration_late,
        newer_wait_for,
        groups_cancel_backwards,
        gather_cancels_backwards,
        locks_forget_to_wake,
        semaphores_let_others_in_front,
        queues_wake_one_too_few,
        timeouts_stay_cancelled,
        futures_survive_their_waiters,
        sleeping_on_zero_is_a_timer,
    )
}
FAULTS = (*LOOPS, *WORDS)


def main(arguments: list[str]) -> int:
    fault, *programs = arguments
    if fault in WORDS:
        WORDS[fault]()
    return asyncio_side.main(programs, LOOPS.get(fault, VirtualLoop))


if __name__ == "__main__":
    asyncio_side.exit_with(main(sys.argv[1:]))
