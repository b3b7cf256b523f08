"""The ingredients of programs, by kind: size, length of waits, frequency of each operation.

The numbers have one origin: with them, every operation and every pair of operations that can
interfere occurs in hundreds of programs of a thousand, while fewer than one in ten ends in a
deadlock (tests/scripts/parity_generator_test.py measures both)."""

from __future__ import annotations

from dataclasses import dataclass, field

Weights = dict[str, int]

# Operations, and pieces of several operations (pieces.py), by frequency.
_BASE: Weights = {
    "log": 6,
    "yield": 6,
    "sleep": 5,
    "compute": 2,
    "spawn": 4,
    "join": 5,
    "cancel": 4,
    "call_soon": 3,
    "call_later": 3,
    "call_at": 2,
    "cancel_timer": 2,
    "event_wait": 2,
    "event_set": 2,
    "event_clear": 1,
    "event_pulse": 1,
    "locked": 2,
    "acquire": 1,
    "sem_acquire": 1,
    "sem_release": 1,
    "permitted": 2,
    "put": 3,
    "get": 2,
    "future_wait": 2,
    "future_set": 2,
    "gather": 2,
    "task_group": 2,
    "wait_for": 3,
    "timeout": 3,
    "repeat": 2,
    "try": 5,
    "raise": 1,
    "return": 1,
    "stop": 1,
    "cancel_in_some_state": 2,
    "cancel_oneself": 1,
    "crowd": 2,
    "family": 1,
    "tied_timers": 1,
    "race": 2,
}


def _but(**changed: int) -> Weights:
    return {**_BASE, **changed}


@dataclass(frozen=True)
class Profile:
    name: str
    tasks: tuple[int, int]  # Their number besides main; both ends are possible.
    ops: tuple[int, int]  # In a list of operations.
    ticks: tuple[int, ...]  # Durations are drawn from these: the fewer, the more ties.
    depth: int  # Of lists inside lists.
    steps: int  # Operations that a program runs at most, about.
    names: int  # Of each kind of object: the fewer, the more of them are shared.
    weights: Weights = field(hash=False)
    many_timers: float = 0.0  # The share of programs whose main sets more than a hundred timers.


PROFILES = (
    Profile(
        "dense", (2, 4), (3, 8), (0, 1, 1, 2, 2, 3), 3, 250, 1,
        _but(compute=3, cancel=6, race=3),
    ),
    Profile(
        "timers", (1, 4), (4, 9), (-3, -1, 0, 1, 2, 3, 3, 4, 5, 6, 8), 2, 300, 1,
        _but(sleep=9, compute=6, call_soon=4, call_later=12, call_at=9, cancel_timer=9,
             tied_timers=5, timeout=6),
        many_timers=0.4,
    ),
    Profile(
        "sync", (3, 6), (4, 8), (0, 1, 1, 2, 3, 5), 2, 350, 2,
        _but(event_wait=6, event_set=4, event_clear=2, event_pulse=3, locked=8, acquire=2,
             sem_acquire=4, sem_release=4, permitted=6, put=10, get=9, future_wait=5,
             future_set=4, crowd=6,
             call_later=1, call_at=1, cancel_timer=1),
    ),
    Profile(
        "structured", (3, 6), (3, 6), (-1, 0, 1, 1, 2, 2, 3, 4), 4, 350, 1,
        _but(gather=7, task_group=8, wait_for=9, timeout=8, join=8, cancel=8, **{"try": 12},
             **{"raise": 4}, **{"return": 2}, cancel_in_some_state=5, cancel_oneself=3, race=5,
             family=4,
             call_later=1, call_at=1, put=1, get=1),
    ),
    Profile(
        "mixed", (5, 9), (3, 10), (-2, 0, 1, 1, 2, 3, 4, 5, 7, 10, 20, 400), 3, 1200, 2, _BASE,
        many_timers=0.1,
    ),
)
