"""Programs with an error made on purpose, which both sides must refuse in the same place."""

from __future__ import annotations

import random
from typing import Callable

from loopsteal.parity.program import Op, Program

# Operations that are an error anywhere in a program, each with the objects that it needs.
_SPOILT: tuple[Op, ...] = (
    ["join", "nobody"],
    ["cancel_timer", "none"],
    ["release", "free"],
    ["compute", -1],
    ["repeat", -1, []],
    ["sleep", "long"],
    ["sem_acquire", "undeclared"],
    ["gather", ["nobody"]],
    ["yield", 1],
    ["jump"],
    ["try", [], "some", [], []],
)


def spoil(program: Program, rng: random.Random) -> None:
    rng.choice((_one_operation, _one_operation, _too_early, _join_oneself, _circle))(program, rng)


def _one_operation(program: Program, rng: random.Random) -> None:
    insert(program, rng, rng.choice(sorted(program["tasks"])), rng.choice(_SPOILT))


def _too_early(program: Program, rng: random.Random) -> None:
    """A handle or a timer that is used before it is made."""
    task = rng.choice(sorted(program["tasks"]))
    late: list[tuple[Op, Op]] = [
        (["join", "late"], ["spawn", task, "late"]),
        (["cancel", "late"], ["spawn", task, "late"]),
        (["cancel_timer", "late"], ["call_later", 1, "late", "late"]),
    ]
    early, made = rng.choice(late)
    insert(program, rng, task, early)
    program["tasks"]["never"] = [made]


def _join_oneself(program: Program, rng: random.Random) -> None:
    program["tasks"]["narcissus"] = [["log", "before"], ["join", "self"]]
    insert(program, rng, program["main"], ["spawn", "narcissus", "self"])


def _circle(program: Program, rng: random.Random) -> None:
    """Two tasks that wait for each other, one of them perhaps through a gather."""
    tasks = program["tasks"]
    tasks["one"] = [["join", "other"]]
    tasks["two"] = rng.choice([[["join", "self"]], [["gather", ["three", "three"]]]])
    tasks["three"] = [["join", "self"]]
    ops: list[Op] = [["spawn", "one", "self"], ["spawn", "two", "other"]]
    ops += [["yield"]] * rng.choice((0, 1, 2, 3, 4))
    ops.append(["cancel", rng.choice(("self", "other"))])
    tasks[program["main"]] = ops + tasks[program["main"]]


def insert(program: Program, rng: random.Random, task: str, op: Op) -> None:
    """Inserts the operation anywhere at the top of a task."""
    ops = program["tasks"][task]
    ops.insert(rng.randrange(len(ops) + 1), op)


Spoiler = Callable[[Program, random.Random], None]
