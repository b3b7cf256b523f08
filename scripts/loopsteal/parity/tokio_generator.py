"""Programs for Tokio's runner: the operations that need no clock, used in ways that Tokio allows.

A queue has one consumer and a future one waiter, each in a task that is started once, since
Tokio's receivers belong to one task; a handle is joined once, since joining consumes it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Callable, Optional

from loopsteal.parity.program import Op, Program

WORDS = {
    "log": 6,
    "yield": 6,
    "spawn": 7,
    "cancel": 2,
    "event_wait": 3,
    "event_set": 3,
    "event_clear": 2,
    "future_wait": 3,
    "future_set": 3,
    "put": 6,
    "get": 6,
    "sem_acquire": 4,
    "sem_release": 5,
    "repeat": 5,
    "raise": 1,
    "return": 1,
}
# Near Tokio's local queue of 256, its batches of 128, and its tick of 61.
CROWDS = (3, 60, 61, 62, 127, 128, 129, 130, 200, 255, 256, 257, 258, 259, 300, 384, 390, 520)
STEPS = 900  # Operations that a program runs at most, without crowds.


def generate(seed: object, index: int) -> Program:
    """Program `index` of `seed`."""
    return TokioWriter(random.Random(f"tokio/{seed}/{index}")).write()


@dataclass
class Scope:
    task: int
    once: bool  # The task is started once, and this list is run once.
    handles: tuple[str, ...]  # Certainly spawned.
    depth: int = 0
    times: int = 1


class TokioWriter:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        singles = rng.randint(1, 4)
        others = rng.randint(1, 3)
        # Main spawns the first ones, once each; any task may spawn the others.
        self.singles = range(1, singles + 1)
        self.count = singles + others
        self.names = ["main", *(f"t{number}" for number in range(1, self.count + 1))]
        consumers = rng.sample(range(singles + 1), rng.randint(1, min(2, singles + 1)))
        self.consumers = {f"q{n}": task for n, task in enumerate(consumers)}
        self.sizes = {name: rng.choice((0, 0, 0, 1, 1, 2, 3, 8)) for name in self.consumers}
        waiters = [rng.choice(range(singles + 1)) for _ in range(rng.randint(1, 3))]
        self.waiters = {f"f{n}": task for n, task in enumerate(waiters)}
        self.futures = sorted(self.waiters)
        self.semaphores = {f"s{n}": rng.choice((0, 0, 1, 2)) for n in range(rng.randint(1, 2))}
        self.steps: dict[int, int] = {}
        self.cost = 0
        self.fresh = 0

    def write(self) -> Program:
        tasks = {}
        for number in reversed(range(1, self.count + 1)):
            tasks[self.names[number]] = self.task(number)
        tasks["main"] = self.main()
        tasks = {name: tasks[name] for name in self.names}
        if self.maybe(0.35):
            self.add_crowd(tasks)
        if self.maybe(0.3):
            self.add_yielders(tasks)
        if self.maybe(0.96):
            tasks["caretaker"] = self.caretaker()
            tasks["main"].insert(0, ["spawn", "caretaker", "care"])
            for name in self.consumers:
                tasks[f"feeder_{name}"] = self.feeder(name)
                tasks["main"].insert(0, ["spawn", f"feeder_{name}", f"feed_{name}"])
        return {
            "version": 1,
            "main": "main",
            "tasks": tasks,
            "queues": {name: size for name, size in self.sizes.items() if size or self.maybe(0.5)},
            "semaphores": self.semaphores,
        }

    # --- Tasks -------------------------------------------------------------------------------

    def task(self, number: int) -> list[Op]:
        self.cost = 0
        handles = tuple(f"h{n}" for n in self.singles)
        ops = self.block(Scope(number, number in self.singles, handles)) + self.drain(number)
        if self.maybe(0.7):
            ops.insert(0, self.log(number))
        self.steps[number] = self.cost + 1
        return ops

    def main(self) -> list[Op]:
        handles = tuple(f"h{number}" for number in self.singles)
        ops: list[Op] = [["spawn", self.names[number], f"h{number}"] for number in self.singles]
        self.rng.shuffle(ops)
        self.cost = sum(self.steps[number] for number in self.singles)
        ops += self.block(Scope(0, True, handles)) + self.drain(0)
        for handle in handles:
            if self.maybe(0.15):
                ops.append(["join", handle])
        return [*ops, self.log(0)]

    def caretaker(self) -> list[Op]:
        care: list[Op] = [["yield"]] * self.rng.randint(1, 3)
        care += [["event_set", "e0"], ["event_set", "e1"]]
        care += [["future_set", name, "cared"] for name in self.futures]
        care += [["sem_release", name] for name in self.semaphores for _ in range(3)]
        return [["repeat", self.rng.randint(60, 150), care]]

    def feeder(self, queue: str) -> list[Op]:
        """A separate task, since it may wait for a consumer that has gone."""
        return [["repeat", 70, [["put", queue, "fed"]]]]

    def drain(self, task: int) -> list[Op]:
        """A consumer mostly takes later values, too, so that producers do not block."""
        mine = [name for name, consumer in self.consumers.items() if consumer == task]
        return [["repeat", 40, [["get", name]]] for name in mine if self.maybe(0.8)]

    def add_crowd(self, tasks: dict[str, list[Op]]) -> None:
        """Enough tasks at once to overflow a local queue; main may wait for all of them."""
        count = self.rng.choice(CROWDS)
        one: list[Op] = [["log", "one"]] if self.maybe(0.8) else []
        if self.maybe(0.3):
            one = [["yield"], *one]
        self.semaphores["crowd"] = 0
        tasks["one"] = [*one, ["sem_release", "crowd"]]
        if self.maybe(0.25):
            tasks["one"].insert(0, ["spawn", "leaf", "l"])
            tasks["leaf"] = [["log", "leaf"]]
        start: list[Op] = [["repeat", count, [["spawn", "one", "h"]]]]
        if self.maybe(0.3):  # In two waves.
            more = [["repeat", self.rng.choice(CROWDS) // 2, [["spawn", "one", "h"]]]]
            start += [["yield"]] * self.rng.randint(0, 2) + more
        wait: list[Op] = [["repeat", count, [["sem_acquire", "crowd"]]]] if self.maybe(0.8) else []
        ops = tasks["main"]
        place = self.rng.randint(len(self.singles), len(ops))  # All handles are known by then.
        tasks["main"] = [*ops[:place], *start, *wait, *ops[place:]]

    def add_yielders(self, tasks: dict[str, list[Op]]) -> None:
        count = self.rng.choice((2, 3, 3, 5, 8, 40, 70))
        turns = self.rng.choice((1, 2, 3, 5, 30, 70))
        if count * turns > 600:
            turns = 3
        tasks["yielder"] = [["repeat", turns, [["log", "turn"], ["yield"]]]]
        tasks["main"][0:0] = [["spawn", "yielder", f"y{n}"] for n in range(count)]
        if self.maybe(0.5):
            tasks["main"] += [["join", f"y{n}"] for n in range(count)]

    # --- Lists and operations -----------------------------------------------------------------

    def block(self, scope: Scope) -> list[Op]:
        ops: list[Op] = []
        for _ in range(self.rng.randint(2, 9 - 2 * scope.depth)):
            word = self.rng.choices(list(WORDS), list(WORDS.values()))[0]
            written = WRITERS[word](self, scope)
            if written and self.affords(scope, len(written)):
                self.cost += scope.times * len(written)
                ops += written
                if self.maybe(0.4):
                    ops.append(self.log(scope.task))
        return ops

    def affords(self, scope: Scope, steps: int) -> bool:
        limit = STEPS if scope.task == 0 else STEPS // 5
        return self.cost + scope.times * steps <= limit

    def maybe(self, probability: float) -> bool:
        return self.rng.random() < probability

    def log(self, task: int) -> Op:
        return ["log", f"{self.names[task]}:{self.new('')}"]

    def new(self, kind: str) -> str:
        self.fresh += 1
        return f"{kind}{self.fresh}"


Written = Optional[list[Op]]


def _spawn(writer: TokioWriter, scope: Scope) -> Written:
    later = range(max(scope.task, len(writer.singles)) + 1, writer.count + 1)
    number = writer.rng.choice(later) if later else None
    if number is None or not writer.affords(scope, writer.steps[number]):
        return None
    writer.cost += scope.times * writer.steps[number]
    handle = writer.new("h_")
    spawn: list[Op] = [["spawn", writer.names[number], handle]]
    drawn = writer.rng.random()
    if drawn < 0.4:
        return [*spawn, ["join", handle]]
    if drawn < 0.52:
        return [*spawn, *[["yield"]] * writer.rng.randint(0, 3), ["cancel", handle]]
    if drawn < 0.55:
        return [*spawn, ["cancel", handle], ["join", handle]]
    return spawn * writer.rng.choice((1, 1, 2, 3))


def _cancel(writer: TokioWriter, scope: Scope) -> Written:
    return [["cancel", writer.rng.choice(scope.handles)]]


def _get(writer: TokioWriter, scope: Scope) -> Written:
    mine = [name for name, task in writer.consumers.items() if task == scope.task]
    return [["get", writer.rng.choice(mine)]] * writer.rng.randint(1, 3) if mine else None


def _put(writer: TokioWriter, scope: Scope) -> Written:
    # Main does not wait for a consumer that may have gone, other tasks seldom do, and a consumer
    # does not wait for itself.
    waiting = scope.task != 0 and writer.maybe(0.2)
    names = [
        name
        for name, consumer in writer.consumers.items()
        if writer.sizes[name] == 0 or (waiting and consumer != scope.task)
    ]
    if not names:
        return None
    name = writer.rng.choice(names)
    return [["put", name, writer.new("v")] for _ in range(writer.rng.choice((1, 1, 2, 4)))]


def _future_wait(writer: TokioWriter, scope: Scope) -> Written:
    mine = [name for name, task in writer.waiters.items() if task == scope.task]
    if not mine or not scope.once:
        return None
    name = writer.rng.choice(mine)
    del writer.waiters[name]  # The future has its waiter now.
    return [["future_wait", name]]


def _repeat(writer: TokioWriter, scope: Scope) -> Written:
    if scope.depth >= 2:
        return None
    times = writer.rng.choice((0, 1, 2, 2, 3, 5, 12))
    if not writer.affords(scope, 5 * times):
        return None
    inner = replace(
        scope, once=False, depth=scope.depth + 1, times=scope.times * max(1, times)
    )
    return [["repeat", times, writer.block(inner)]]


def _early_end(op: Op) -> Callable[[TokioWriter, Scope], Written]:
    return lambda writer, scope: [op] if writer.maybe(0.3) else None


def _event(word: str) -> Callable[[TokioWriter, Scope], Written]:
    return lambda writer, scope: [[word, writer.rng.choice(("e0", "e1"))]]


def _semaphore(word: str) -> Callable[[TokioWriter, Scope], Written]:
    def write(writer: TokioWriter, scope: Scope) -> Written:
        return [[word, writer.rng.choice(list(writer.semaphores))]] * writer.rng.choice((1, 1, 2))

    return write


WRITERS: dict[str, Callable[[TokioWriter, Scope], Written]] = {
    "log": lambda writer, scope: [writer.log(scope.task)],
    "yield": lambda writer, scope: [["yield"]] * writer.rng.choice((1, 1, 2, 3)),
    "spawn": _spawn,
    "cancel": _cancel,
    "event_wait": _event("event_wait"),
    "event_set": _event("event_set"),
    "event_clear": _event("event_clear"),
    "future_wait": _future_wait,
    "future_set": lambda writer, scope: [["future_set", writer.rng.choice(writer.futures), 1]],
    "put": _put,
    "get": _get,
    "sem_acquire": _semaphore("sem_acquire"),
    "sem_release": _semaphore("sem_release"),
    "repeat": _repeat,
    "raise": _early_end(["raise", "boom"]),
    "return": _early_end(["return"]),
}
