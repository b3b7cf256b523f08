"""CPython's own event loop in virtual time.

Only asyncio's clock and selector are replaced: select(timeout) does not wait, it moves the clock
on. A tick is 1/1024 s, so that the loop's sums of floats are exact."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

TICKS_A_SECOND = 1024
TICK = 1 / TICKS_A_SECOND
_LONGEST_SELECT = 24 * 3600  # asyncio's own limit of one select, after which it looks again.


class Deadlock(BaseException):
    """The loop would wait for ever: nothing is ready and no timer is set."""


class VirtualSelector:
    """The loop's selector. Each iteration calls select() once."""

    def __init__(self) -> None:
        self.now = 0.0
        self.iterations = 0  # Begun so far: the number of the current one.
        self.idle = 0  # Iterations that found nothing to run.

    def select(self, timeout: Optional[float]) -> list[Any]:
        if timeout is None:
            raise Deadlock
        self.iterations += 1
        if timeout > 0:
            self.now += timeout
            if timeout >= _LONGEST_SELECT and self.next_timer() > self.now:
                self.idle += 1
        return []

    def next_timer(self) -> float:
        when: float = self.loop._scheduled[0]._when  # type: ignore[attr-defined]
        return when

    def close(self) -> None:
        pass

    loop: "VirtualLoop"


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.virtual = VirtualSelector()
        super().__init__(self.virtual)  # type: ignore[arg-type]
        self.virtual.loop = self
        # Due means when <= now: asyncio compares strictly with now + resolution, and half a
        # tick is exact.
        self._clock_resolution = TICK / 2
        self.set_exception_handler(lambda loop, context: None)

    def time(self) -> float:
        return self.virtual.now

    def compute(self, ticks: int) -> None:
        """Time passes inside the current step."""
        self.virtual.now += ticks * TICK

    @property
    def ticks(self) -> int:
        return int(self.virtual.now * TICKS_A_SECOND)

    # No other thread posts here, so the pair of sockets that would wake the selector is left
    # out: a fresh loop for each of thousands of programs is then no system call.
    def _make_self_pipe(self) -> None:
        pass

    def _close_self_pipe(self) -> None:
        pass
