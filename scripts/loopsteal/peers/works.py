"""The works: for each, how loopsteal is called, its peers, what one operation is, and the target,
which is the largest acceptable ratio of our time to the peer's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from loopsteal.peers.programs import ASSERTIONS


@dataclass(frozen=True)
class Ours:
    """A call of `loopsteal run`, or a case of loopsteal_bench."""

    scheduler: str = ""
    workload: str = ""
    machine: str = "threads"
    micro: str = ""


@dataclass(frozen=True)
class Work:
    name: str
    workers: int
    ours: Ours
    operation: str
    size: int  # Rounds, n or customers: the size argument of the peer's program.
    at_most: dict[str, Optional[float]]  # Target by peer; None: shown, without a target.
    repetitions: int = 3  # Of one start, after one warm-up. Fewer if one takes long.
    never_ends: str = ""  # Why the peers cannot do it; then loopsteal only has to end.


STEALING = "work_stealing"
LIFO_KNOB = "local_order=lifo"
LIFO = f"{STEALING}:{LIFO_KNOB}"
LOOP = "event_loop"
# Tokio's benchmark offers its CPU while it stalls. With two workers and a spawner on two CPUs this
# matters a lot, so ours does the same.
STALL = ",stall_by=clock"


def _tokio(name: str, knobs: str, size: int, operation: str) -> Work:
    ours = Ours(STEALING, f"{name}:{knobs}")
    return Work(name, 2, ours, operation, size, {"tokio": 0.5})


def _remote(kind: str, size: int, meanwhile: str, stall: str = "") -> Work:
    knobs = f"spawns=10000,rounds={size}{stall}"
    what = f"one task spawned from outside the workers, which {meanwhile}"
    return _tokio(f"spawn_many_remote_{kind}", knobs, size, what)


def _timers(what: str, operation: str, at_most: dict[str, Optional[float]]) -> Work:
    ours = Ours(LOOP, micro=f"micro/callbacks/timer_{what}")
    return Work(f"timer_{what}", 1, ours, operation, 1, at_most, repetitions=1)


def _posts(what: str, operation: str, at_most: float) -> Work:
    ours = Ours(LOOP, micro=f"micro/callbacks/post_{what}")
    return Work(f"post_{what}", 1, ours, operation, 1, {"asio": at_most})


def _fork_join(workers: int) -> Work:
    peers: dict[str, Optional[float]] = {"onetbb": 0.5, "rayon": None, "java": None}
    ours = Ours(LIFO, "fork_join:n=32")
    return Work("fork_join", workers, ours, f"one call of fib(32); ours: {LIFO_KNOB}", 32, peers)


def _uts(tree: str) -> Work:
    ours = Ours(LIFO, f"uts:tree={tree},leaves=tasks")
    peers: dict[str, Optional[float]] = {"onetbb": 0.85, "libgomp": None}
    operation = f"one node, a task each, leaves too; ours: {LIFO_KNOB}"
    return Work(f"uts_{tree}", 2, ours, operation, 1, peers)


def _wake(what: str, knobs: str, operation: str, at_most: dict[str, Optional[float]]) -> Work:
    ours = Ours(f"{STEALING}:{knobs}", micro=f"micro/submissions/{what}")
    operation = f"{operation}; ours: {knobs}"
    return Work(f"wake_{what}", 2, ours, operation, 1, at_most, repetitions=1)


CUSTOMERS = 50_000

_AGAINST_PEERS: tuple[Work, ...] = (
    _tokio("spawn_many_local", "spawns=10000,rounds=20", 20, "one task spawned and run"),
    _remote("idle", 20, "have nothing else to do"),
    _remote("busy1", 5, "stall and yield meanwhile", STALL),
    Work(
        "spawn_many_remote_busy2",
        2,
        Ours(STEALING, f"spawn_many_remote_busy2:spawns=1000,rounds=5{STALL}"),
        "one task spawned from outside the workers, which stall and restart meanwhile",
        5,
        {"tokio": None},
        never_ends="the LIFO slot of Tokio 1.24 has no cap, so what is spawned gets no turn",
    ),
    _tokio("yield_many", "tasks=200,yields=1000,rounds=5", 5, "one yield of 200 tasks"),
    _tokio("ping_pong", "pairs=1000,rounds=50", 50, "one pair: a message there and one back"),
    _tokio("chained_spawn", "links=1000,rounds=100", 100, "one task that starts the next"),
    _fork_join(1),
    _fork_join(2),
    _uts("T1"),
    _uts("T3"),
    Work(
        "loop_yield",
        1,
        Ours(LOOP, "yield_many:tasks=1000,yields=1000,rounds=1"),
        "one yield of 1000 tasks",
        1,
        {"tokio": 0.25, "asyncio": 1.0, "uvloop": 1.0},
        repetitions=1,
    ),
    _posts("chain", "one callback that posts the next", 1.0),
    _posts("batch", "one callback of a million posted before any runs", 0.5),
    Work(
        "loop_create",
        1,
        Ours(LOOP, "spawn_many_local:spawns=100000,rounds=1"),
        "one of 100,000 tasks created and joined",
        1,
        {"tokio": 1 / 3, "asyncio": 1.0},
    ),
    _timers(
        "insert",
        "one of a million timers set at random within a second; Tokio's without its making",
        {"go": 0.7, "asio": 0.7, "tokio": 0.7},
    ),
    _timers(
        "cancel",
        "one of a million timers cancelled, with what its loop then does about it",
        {"go": 1.0, "asio": 1.0, "tokio": 1.0},
    ),
    _timers("drain", "one of a million timers fired, all due", {"asio": 0.7, "tokio": 0.7}),
    _wake(
        "searching",
        "park_spin=20us,spread=pending",
        "one callback posted from outside at once, until it ran",
        {"onetbb": 1.0},
    ),
    _wake(
        "parked",
        "spread=pending",
        "one callback posted from outside after 50 us without any, until it ran",
        {"tokio": 1.0, "onetbb": None},
    ),
    Work(
        "mm1",
        1,
        Ours(LOOP, f"requests:load=0.8,count={CUSTOMERS},source=inside", machine="sim"),
        "one simulated event, an arrival or a departure, of M/M/1",
        CUSTOMERS,
        {"simgrid": None, "simpy": None},
    ),
)

# loopsteal with assertions is one more peer if there is something to measure.
WORKS: tuple[Work, ...] = tuple(
    work if work.never_ends else replace(work, at_most={**work.at_most, ASSERTIONS: None})
    for work in _AGAINST_PEERS
)
