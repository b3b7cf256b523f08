"""Programs over all operations of the language, each a pure function of a seed and an index.

Their tasks interfere with each other, so all of them share few names, and most programs come to an
end. For the latter:
  - Tasks have an order. A task starts and joins later ones only, so no tasks wait in a circle; it
    may cancel any task.
  - main spawns some tasks before it waits for anything: their handles are known everywhere.
  - A caretaker runs now and then: it sets events and futures, releases semaphores, fills and
    empties queues.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional

from loopsteal.parity import misuses
from loopsteal.parity.pieces import PIECES
from loopsteal.parity.profiles import PROFILES, Profile
from loopsteal.parity.program import KINDS, Op, Program

CARETAKER = "caretaker"
MISUSED = 0.01  # The share of programs with an error made on purpose.


def generate(seed: object, index: int, profile: Optional[str] = None) -> Program:
    """Program `index` of `seed`; of one kind only, if `profile` names it."""
    rng = random.Random(f"{seed}/{index}")
    kinds = [kind for kind in PROFILES if profile in (None, kind.name)]
    program = Writer(rng, rng.choice(kinds)).write()
    if rng.random() < MISUSED:
        misuses.spoil(program, rng)
    return program


@dataclass
class Scope:
    """Knowledge at the place where an operation is written."""

    task: int  # The number of the task.
    handles: dict[str, int]  # Certainly spawned, each with the number of its task.
    timers: set[str] = field(default_factory=set)  # Certainly set.
    locks: int = 0  # Locks below this number are held, or must not be taken.
    depth: int = 0
    times: int = 1  # Runs of this place in one run of its task.

    def inner(self, times: int = 1) -> "Scope":
        """The scope of an inner list: what happens there may not happen at all."""
        return replace(
            self,
            handles=dict(self.handles),
            timers=set(self.timers),
            depth=self.depth + 1,
            times=self.times * times,
        )


class Writer:
    """Writes one program."""

    def __init__(self, rng: random.Random, profile: Profile) -> None:
        self.rng = rng
        self.profile = profile
        count = rng.randint(*profile.tasks)
        self.names = ["main", *(f"t{number}" for number in range(1, count + 1))]
        self.known_everywhere = {
            f"h{number}": number for number in range(1, count + 1) if rng.random() < 0.6
        }
        self.steps: dict[int, int] = {}  # Operations in a run of each task, children included.
        self.cost = 0  # Operations in the task that is being written.
        self.logs = 0
        self.fresh = 0
        self.queues = {f"q{n}": rng.choice((0, 1, 1, 2, 3, -1)) for n in range(profile.names)}
        self.semaphores = {f"s{n}": rng.choice((0, 1, 1, 2)) for n in range(profile.names)}
        self.weights = list(profile.weights.values())
        self.words = list(profile.weights)
        self.helpers: dict[str, list[Op]] = {}  # Tasks that pieces added.

    def write(self) -> Program:
        tasks: dict[str, list[Op]] = {}
        for number in reversed(range(1, len(self.names))):  # Later ones first, since their cost
                                                            # counts.
            tasks[self.names[number]] = self.task(number)
        cared_for = self.rng.random() < 0.95
        tasks["main"] = self.main(cared_for)
        tasks = {name: tasks[name] for name in self.names}
        tasks.update(self.helpers)
        if cared_for:
            tasks[CARETAKER] = self.caretaker()
        queues = {name: size for name, size in self.queues.items() if self.rng.random() < 0.9}
        return {
            "version": 1,
            "main": "main",
            "tasks": tasks,
            "queues": queues,
            "semaphores": self.semaphores,
        }

    # --- Tasks -----------------------------------------------------------------------------

    def task(self, number: int) -> list[Op]:
        self.cost = 0
        scope = Scope(number, dict(self.known_everywhere))
        ops = self.block(scope.inner())
        if self.rng.random() < 0.3:  # A task that handles its own end.
            kind = self.rng.choice(KINDS)
            ops = [["try", ops, kind, self.block(scope.inner()), self.last_words(scope)]]
        if self.rng.random() < 0.7:
            ops.insert(0, self.log(scope))
        self.steps[number] = self.cost + len(ops)
        return ops

    def main(self, cared_for: bool) -> list[Op]:
        self.cost = 0
        start: list[Op] = [["spawn", CARETAKER, "care"]] if cared_for else []
        for handle, number in self.known_everywhere.items():
            start.append(["spawn", self.names[number], handle])
            self.cost += self.steps[number]
        self.rng.shuffle(start)
        scope = Scope(0, dict(self.known_everywhere))
        if self.rng.random() < self.profile.many_timers:
            start += PIECES["many_timers"](self, scope) or []
        guarded = self.rng.random() < 0.6
        ops = self.block(scope.inner() if guarded else scope)
        if guarded:
            ops = [["try", ops, "any", [self.log(scope)], self.last_words(scope)]]
        for handle in scope.handles:
            if self.rng.random() < 0.8:
                ops.append(["try", [["join", handle]], "any", [self.log(scope)], []])
        return [*start, *ops, self.log(scope)]

    def caretaker(self) -> list[Op]:
        give: list[Op] = [["sleep", self.rng.choice((2, 4, 7, 12, 25))]]
        take: list[Op] = [["sleep", self.rng.choice((1, 3, 7, 12))]]
        for n in range(self.profile.names):
            give += [["event_set", f"e{n}"], ["future_set", f"f{n}", "cared"]]
            give += [["sem_release", f"s{n}"]] * 3
            give += [glance(["put", f"q{n}", "cared"])] * 3
            take += [glance(["get", f"q{n}"])] * 3
        care = give + take
        last: list[Op] = [["cancel", handle] for handle in self.known_everywhere]
        self.rng.shuffle(last)
        return [["repeat", self.rng.randint(3, 8), care], *last, ["repeat", 12, care]]

    # --- Lists and operations ------------------------------------------------------------------

    def block(self, scope: Scope, most: int = 99) -> list[Op]:
        count = self.rng.randint(*self.profile.ops)
        ops: list[Op] = []
        for _ in range(max(1, min(most, count - scope.depth))):
            written = self.some(scope)
            if not self.affords(scope, len(written)):
                break
            self.cost += scope.times * len(written)
            ops += written
            if written[-1][0] != "log" and self.rng.random() < 0.5:
                ops.append(self.log(scope))
        return ops

    def some(self, scope: Scope) -> list[Op]:
        """An operation, or a piece of several, that makes sense here."""
        while True:
            word = self.rng.choices(self.words, self.weights)[0]
            written = (WRITERS.get(word) or PIECES[word])(self, scope)
            if written:
                return written

    def last_words(self, scope: Scope) -> list[Op]:
        """The content of a `finally`: often nothing, or little, sometimes anything."""
        drawn = self.rng.random()
        if drawn < 0.4:
            return []
        return [self.log(scope)] if drawn < 0.75 else self.block(scope.inner(), 2)

    def log(self, scope: Scope) -> Op:
        self.logs += 1
        return ["log", f"{self.names[scope.task]}:{self.logs}"]

    # --- Choices ---------------------------------------------------------------------------------

    def ticks(self) -> int:
        return self.rng.choice(self.profile.ticks)

    def shared(self, kind: str) -> str:
        return f"{kind}{self.rng.randrange(self.profile.names)}"

    def new(self, kind: str) -> str:
        self.fresh += 1
        return f"{kind}{self.fresh}"

    def affords(self, scope: Scope, steps: int) -> bool:
        limit = self.profile.steps if scope.task == 0 else self.profile.steps // 4
        return self.cost + scope.times * steps <= limit

    def child(self, scope: Scope) -> Optional[str]:
        """A task to start here, whose cost is counted."""
        later = range(scope.task + 1, len(self.names))
        number = self.rng.choice(later) if later else None
        if number is None or not self.affords(scope, self.steps[number]):
            return None
        self.cost += scope.times * self.steps[number]
        return self.names[number]

    def children(self, scope: Scope) -> list[str]:
        count = self.rng.choice((0, 1, 2, 2, 3, 3, 4))
        return [name for name in (self.child(scope) for _ in range(count)) if name]

    def joinable(self, scope: Scope) -> list[str]:
        return [handle for handle, number in scope.handles.items() if number > scope.task]

    def pick(self, items: Any) -> Optional[str]:
        items = list(items)
        return self.rng.choice(items) if items else None


def glance(op: Op) -> Op:
    """The operation with a timeout of 0, so it hardly waits."""
    return ["try", [["timeout", 0, [op]]], "timeout", [], []]


# --- Operations that need more than a name -----------------------------------------------

Written = Optional[list[Op]]


def _spawn(writer: Writer, scope: Scope) -> Written:
    name = writer.child(scope)
    if name is None:
        return None
    number = writer.names.index(name)
    # A reused handle means the newer task.
    again = [handle for handle, other in scope.handles.items() if other == number]
    used_again = writer.pick(again) if again and writer.rng.random() < 0.3 else None
    handle = used_again or writer.new("h_")
    scope.handles[handle] = number
    return [["spawn", name, handle]]


def _join(writer: Writer, scope: Scope) -> Written:
    handle = writer.pick(writer.joinable(scope))
    if handle is None:
        return None
    if writer.rng.random() < 0.5:
        return [["join", handle]]
    kind = writer.rng.choice(KINDS + ("any", "any"))
    return [["try", [["join", handle]], kind, [writer.log(scope)], writer.last_words(scope)]]


def _cancel(writer: Writer, scope: Scope) -> Written:
    handle = writer.pick(scope.handles)
    return handle and [["cancel", handle]] * writer.rng.choice((1, 1, 1, 2))  # type: ignore


def _timer(word: str) -> Callable[[Writer, Scope], Written]:
    def write(writer: Writer, scope: Scope) -> Written:
        timer = writer.new("c")
        if scope.timers and writer.rng.random() < 0.1:
            timer = writer.rng.choice(sorted(scope.timers))
        scope.timers.add(timer)
        ticks = writer.ticks() * (writer.rng.choice((1, 2)) if word == "call_at" else 1)
        return [[word, ticks, timer, timer]]

    return write


def _cancel_timer(writer: Writer, scope: Scope) -> Written:
    timer = writer.pick(sorted(scope.timers))
    return timer and [["cancel_timer", timer]]  # type: ignore[return-value]


def _children(word: str) -> Callable[[Writer, Scope], Written]:
    def write(writer: Writer, scope: Scope) -> Written:
        names = writer.children(scope)
        if not names and writer.rng.random() < 0.8:
            return None
        return [[word, names]]

    return write


def _wait_for(writer: Writer, scope: Scope) -> Written:
    name = writer.child(scope)
    return name and [["wait_for", writer.ticks(), name]]  # type: ignore[return-value]


def _nested(writer: Writer, scope: Scope) -> bool:
    return scope.depth < writer.profile.depth


def _timeout(writer: Writer, scope: Scope) -> Written:
    if not _nested(writer, scope):
        return None
    op: Op = ["timeout", writer.ticks(), writer.block(scope.inner())]
    if writer.rng.random() < 0.3:
        return [op]
    kind = writer.rng.choice(("timeout", "timeout", "any", "cancelled"))
    return [["try", [op], kind, [writer.log(scope)], writer.last_words(scope)]]


def _repeat(writer: Writer, scope: Scope) -> Written:
    times = writer.rng.choice((0, 1, 2, 2, 3, 3, 4))
    if not _nested(writer, scope) or not writer.affords(scope, 4 * times):
        return None
    return [["repeat", times, writer.block(scope.inner(max(times, 1)))]]


def _try(writer: Writer, scope: Scope) -> Written:
    if not _nested(writer, scope):
        return None
    kind = writer.rng.choice(KINDS)
    body = writer.block(scope.inner())
    if kind == "error" and writer.rng.random() < 0.4:
        body.append(["raise", writer.new("x")])
    handler = writer.block(scope.inner(), 2) if writer.rng.random() < 0.8 else []
    return [["try", body, kind, handler, writer.last_words(scope)]]


def _rarely(ops: Callable[[Writer], list[Op]]) -> Callable[[Writer, Scope], Written]:
    """An operation that ends a list early: seldom at the top of a task, whose rest would never
    run."""

    def write(writer: Writer, scope: Scope) -> Written:
        return ops(writer) if scope.depth > 0 or writer.rng.random() < 0.15 else None

    return write


def _shared(word: str, kind: str) -> Callable[[Writer, Scope], Written]:
    return lambda writer, scope: [[word, writer.shared(kind)]]


WRITERS: dict[str, Callable[[Writer, Scope], Written]] = {
    "log": lambda writer, scope: [writer.log(scope)],
    "yield": lambda writer, scope: [["yield"]] * writer.rng.choice((1, 1, 1, 2, 3)),
    "sleep": lambda writer, scope: [["sleep", writer.ticks()]],
    "compute": lambda writer, scope: [["compute", abs(writer.ticks())]],
    "spawn": _spawn,
    "join": _join,
    "cancel": _cancel,
    "call_soon": lambda writer, scope: [["call_soon", writer.new("c")]],
    "call_later": _timer("call_later"),
    "call_at": _timer("call_at"),
    "cancel_timer": _cancel_timer,
    "event_wait": _shared("event_wait", "e"),
    "event_set": _shared("event_set", "e"),
    "event_clear": _shared("event_clear", "e"),
    "sem_acquire": _shared("sem_acquire", "s"),
    "sem_release": _shared("sem_release", "s"),
    "put": lambda writer, scope: [
        ["put", writer.shared("q"), writer.rng.choice((writer.fresh, writer.new("v")))]
    ],
    "get": _shared("get", "q"),
    "future_wait": _shared("future_wait", "f"),
    "future_set": lambda writer, scope: [["future_set", writer.shared("f"), writer.fresh]],
    "gather": _children("gather"),
    "task_group": _children("task_group"),
    "wait_for": _wait_for,
    "timeout": _timeout,
    "repeat": _repeat,
    "try": _try,
    "raise": _rarely(lambda writer: [["raise", writer.new("x")]]),
    "return": _rarely(lambda writer: [["return"]]),
    "stop": lambda writer, scope: [["stop"]],
}
