"""The language of scripted programs (docs/scripts.md): its operations, and the errors of a
program."""

from __future__ import annotations

import json
from typing import Any, Iterator

Op = list[Any]
Program = dict[str, Any]

# Operands of each operation. `ops` is a list of operations; _check() checks the rest.
FORMS: dict[str, tuple[str, ...]] = {
    "log": ("text",),
    "yield": (),
    "sleep": ("ticks",),
    "compute": ("count",),
    "spawn": ("task", "new handle"),
    "join": ("handle",),
    "cancel": ("handle",),
    "call_soon": ("text",),
    "call_later": ("ticks", "text", "new timer"),
    "call_at": ("ticks", "text", "new timer"),
    "cancel_timer": ("timer",),
    "event_wait": ("name",),
    "event_set": ("name",),
    "event_clear": ("name",),
    "acquire": ("name",),
    "release": ("name",),
    "sem_acquire": ("semaphore",),
    "sem_release": ("semaphore",),
    "put": ("name", "value"),
    "get": ("name",),
    "future_wait": ("name",),
    "future_set": ("name", "value"),
    "gather": ("tasks",),
    "task_group": ("tasks",),
    "wait_for": ("ticks", "task"),
    "timeout": ("ticks", "ops"),
    "repeat": ("count", "ops"),
    "try": ("ops", "kind", "ops", "ops"),
    "raise": ("text",),
    "return": (),
    "stop": (),
}
KINDS = ("error", "timeout", "cancelled", "any")
KEYS = ("version", "main", "tasks", "queues", "semaphores", "comment")
MOST = 10**12  # Limit of ticks and counts, positive and negative.


class Misuse(Exception):
    """An error in a program, or in what it does. `place` is a JSON pointer into it."""

    def __init__(self, place: str, sentence: str) -> None:
        super().__init__(place, sentence)
        self.place = place
        self.sentence = sentence


def read(text: str) -> Program:
    """The program in `text`. Raises Misuse."""
    try:
        program = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Misuse("", f"this is not JSON: {error.msg} at {where}") from error
    check(program)
    return program


def check(program: Any) -> None:
    """Raises Misuse at the first place that breaks the rules of the language."""
    _check_frame(program)
    for name, ops in program["tasks"].items():
        for place, op in walk(ops, below("/tasks", name)):
            for form, operand in zip(FORMS[op[0]], op[1:]):
                _check(program, place, form, operand)
    if program["main"] not in program["tasks"]:
        raise Misuse("/main", f"there is no task {program['main']!r}: name one of \"tasks\"")
    _check_uses(program)


def walk(ops: Any, place: str) -> Iterator[tuple[str, Op]]:
    """Every operation in `ops` and its place; inner ones come after the operation that holds
    them."""
    if not isinstance(ops, list):
        raise Misuse(place, "a list of operations is an array of arrays")
    for number, op in enumerate(ops):
        here = f"{place}/{number}"
        if not isinstance(op, list) or not op or not isinstance(op[0], str):
            raise Misuse(here, "an operation is an array that begins with its name")
        form = FORMS.get(op[0])
        if form is None:
            raise Misuse(here, f"there is no operation {op[0]!r}: see docs/scripts.md")
        if len(op) != len(form) + 1:
            raise Misuse(here, f"{op[0]!r} takes {len(form)} operands, not {len(op) - 1}")
        yield here, op
        for index, operand in enumerate(form, 1):
            if operand == "ops":
                yield from walk(op[index], f"{here}/{index}")


def below(place: str, key: str) -> str:
    return f"{place}/{key.replace('~', '~0').replace('/', '~1')}"


def is_integer(value: Any) -> bool:
    return type(value) is int  # A bool is an int to Python, but not to JSON.


def _check_frame(program: Any) -> None:
    if not isinstance(program, dict):
        raise Misuse("", 'a program is an object as in {"version": 1, ...}')
    for key in program:
        if key not in KEYS:
            raise Misuse(below("", key), f"a program has no {key!r}, only {', '.join(KEYS)}")
    if not is_integer(program.get("version")) or program["version"] != 1:
        raise Misuse("/version", "the version of the language has to be 1")
    if not isinstance(program.get("tasks"), dict) or not program["tasks"]:
        raise Misuse("/tasks", "an object of tasks is missing, as in {\"main\": [[\"yield\"]]}")
    if not isinstance(program.get("main"), str):
        raise Misuse("/main", "the name of the task to begin with is missing")
    for key in ("queues", "semaphores"):
        amounts = program.get(key, {})
        if not isinstance(amounts, dict):
            raise Misuse(f"/{key}", "this has to be an object of names and numbers")
        for name, amount in amounts.items():
            here = below(f"/{key}", name)
            _check(program, here, "ticks", amount)
            if key == "semaphores" and amount < 0:
                raise Misuse(here, "a semaphore cannot begin with fewer than 0 permits")


def _check(program: Program, place: str, form: str, operand: Any) -> None:
    if form in ("ticks", "count"):
        if not is_integer(operand) or abs(operand) > MOST:
            raise Misuse(place, f"this has to be an integer up to 10^12, not {operand!r}")
        if form == "count" and operand < 0:
            raise Misuse(place, f"this cannot be negative, as {operand} is")
    elif form == "tasks":
        if not isinstance(operand, list):
            raise Misuse(place, "this has to be an array of names of tasks")
        for name in operand:
            _check(program, place, "task", name)
    elif form == "value" and is_integer(operand):
        _check(program, place, "ticks", operand)
    elif form != "ops":
        _check_text(program, place, form, operand)


def _check_text(program: Program, place: str, form: str, operand: Any) -> None:
    if not isinstance(operand, str):
        raise Misuse(place, f"this has to be a text, not {operand!r}")
    if form == "task" and operand not in program["tasks"]:
        raise Misuse(place, f'there is no task {operand!r}: add it to "tasks"')
    if form == "semaphore" and operand not in program.get("semaphores", {}):
        raise Misuse(place, f'name {operand!r} in "semaphores" with its permits')
    if form == "kind" and operand not in KINDS:
        raise Misuse(place, f"a try catches {', '.join(KINDS)}, not {operand!r}")


def _check_uses(program: Program) -> None:
    made: dict[str, set[str]] = {"handle": set(), "timer": set()}
    used: list[tuple[str, str, str]] = []
    for name, ops in program["tasks"].items():
        for place, op in walk(ops, below("/tasks", name)):
            for form, operand in zip(FORMS[op[0]], op[1:]):
                if form.startswith("new "):
                    made[form.removeprefix("new ")].add(operand)
                elif form in made:
                    used.append((place, form, operand))
    for place, form, name in used:
        if name not in made[form]:
            maker = "spawn" if form == "handle" else "call_later or call_at"
            raise Misuse(place, f"no {maker} of this program makes the {form} {name!r}")
