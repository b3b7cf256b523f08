"""Makes a program smaller while two sides still differ on it, until nothing can be removed."""

from __future__ import annotations

import copy
import itertools
import time
from functools import partial
from typing import Any, Callable, Iterator, Optional

from loopsteal.parity.program import FORMS, Op, Program, is_integer

Differs = Callable[[Program], bool]
# Made only on demand: most candidates are skipped many times.
Candidate = Callable[[], Program]


def shrink(program: Program, differs: Differs, patience_s: float) -> Program:
    """A program for which `differs` is still true, and false for every program that is one step
    simpler; or the simplest found within `patience_s`."""
    end = time.monotonic() + patience_s
    again = True
    while again:
        again = False
        for steps in STEPS:
            place = 0
            while time.monotonic() < end:
                # A step that helped changes the steps after it, so the list is made again, and
                # continues from the same place.
                candidate = _nth(steps(program), place)
                if candidate is None:
                    break
                simpler = candidate()
                if differs(simpler):
                    program = simpler
                    again = True
                else:
                    place += 1
    return program


def _nth(candidates: Iterator[Candidate], place: int) -> Optional[Candidate]:
    return next(itertools.islice(candidates, place, None), None)


# --- Steps: each yields programs that are simpler in one respect --------------------------


def without_tasks(program: Program) -> Iterator[Candidate]:
    for name in program["tasks"]:
        if name != program["main"]:
            yield partial(_without_task, program, name)


def _without_task(program: Program, name: str) -> Program:
    simpler = copy.deepcopy(program)
    del simpler["tasks"][name]
    for ops in _lists(simpler):
        ops[:] = [op for op in ops if not _starts(op, name)]
        for op in ops:
            if op[0] in ("gather", "task_group"):
                op[1] = [other for other in op[1] if other != name]
    return simpler


def without_halves(program: Program) -> Iterator[Candidate]:
    """Removes long runs of operations at once, if possible."""
    for number, ops in enumerate(_lists(program)):
        size = len(ops) // 2
        while size > 1:
            for begin in range(0, len(ops), size):
                yield partial(_with_list, program, number, ops[:begin] + ops[begin + size :])
            size //= 2


def without_operations(program: Program) -> Iterator[Candidate]:
    for number, ops in enumerate(_lists(program)):
        for index in range(len(ops)):
            yield partial(_with_list, program, number, ops[:index] + ops[index + 1 :])


def without_names(program: Program) -> Iterator[Candidate]:
    """Removes a handle or a timer with all its uses."""
    names = {op[-1] for ops in _lists(program) for op in ops if op[0] in MAKERS}
    for name in sorted(names):
        yield partial(_without_name, program, name)


def _without_name(program: Program, name: str) -> Program:
    simpler = copy.deepcopy(program)
    for ops in _lists(simpler):
        ops[:] = [op for op in ops if not (op[0] in MAKERS + USERS and op[-1] == name)]
    return simpler


def unwrapped(program: Program) -> Iterator[Candidate]:
    """Replaces an operation by its inner operations."""
    for number, ops in enumerate(_lists(program)):
        for index, op in enumerate(ops):
            for form, operand in zip(FORMS.get(op[0], ()), op[1:]):
                if form == "ops":
                    rest = ops[index + 1 :]
                    yield partial(_with_list, program, number, ops[:index] + operand + rest)


def shorter_lists(program: Program) -> Iterator[Candidate]:
    """Removes tasks from a gather or a group."""
    for number, ops in enumerate(_lists(program)):
        for index, op in enumerate(ops):
            if op[0] in ("gather", "task_group"):
                for left_out in range(len(op[1])):
                    names = op[1][:left_out] + op[1][left_out + 1 :]
                    yield partial(_with_op, program, number, index, [op[0], names])


def smaller_numbers(program: Program) -> Iterator[Candidate]:
    for number, ops in enumerate(_lists(program)):
        for index, op in enumerate(ops):
            for place, (form, operand) in enumerate(zip(FORMS.get(op[0], ()), op[1:]), 1):
                if form in ("ticks", "count") and is_integer(operand):
                    for smaller in _smaller(operand):
                        changed = [*op[:place], smaller, *op[place + 1 :]]
                        yield partial(_with_op, program, number, index, changed)
    for kind in ("queues", "semaphores"):
        for name, amount in program.get(kind, {}).items():
            for smaller in _smaller(amount):
                amounts = {**program[kind], name: smaller}
                yield partial(_with, program, {kind: amounts})


def without_amounts(program: Program) -> Iterator[Candidate]:
    """Removes declarations of queues and semaphores that are not needed."""
    for kind in ("queues", "semaphores"):
        for name in program.get(kind, {}):
            amounts = {other: n for other, n in program[kind].items() if other != name}
            simpler = {key: value for key, value in program.items() if key != kind}
            yield partial(_with, simpler, {kind: amounts} if amounts else {})


STEPS = (
    without_tasks,
    without_halves,
    without_names,
    without_operations,
    unwrapped,
    shorter_lists,
    without_amounts,
    smaller_numbers,
)
MAKERS = ("spawn", "call_later", "call_at")
USERS = ("join", "cancel", "cancel_timer")


def _smaller(number: int) -> list[int]:
    """Simpler numbers, the simplest first."""
    if number < 0:
        return [0, -1] if number < -1 else [0]
    return sorted({0, 1, number // 2, number - 1} - {number}) if number > 0 else []


def _starts(op: Op, name: str) -> bool:
    return (op[0] == "spawn" and op[1] == name) or (op[0] == "wait_for" and op[2] == name)


def _lists(program: Program) -> list[list[Op]]:
    """Every list of operations, outer ones first."""
    found: list[list[Op]] = []
    pending = list(program["tasks"].values())
    while pending:
        ops = pending.pop(0)
        found.append(ops)
        for op in ops:
            parts = zip(FORMS.get(op[0], ()), op[1:])
            pending += [part for form, part in parts if form == "ops"]
    return found


def _with_list(program: Program, number: int, ops: list[Op]) -> Program:
    simpler = copy.deepcopy(program)
    _lists(simpler)[number][:] = copy.deepcopy(ops)
    return simpler


def _with(program: Program, changed: dict[str, Any]) -> Program:
    return {**program, **changed}


def _with_op(program: Program, number: int, index: int, op: Op) -> Program:
    simpler = copy.deepcopy(program)
    _lists(simpler)[number][index] = op
    return simpler
