"""Compares two sides on generated programs, and shows where they first differ."""

from __future__ import annotations

import collections
import concurrent.futures
import itertools
import json
from dataclasses import dataclass, field
from typing import Callable, Iterator, Optional

from loopsteal.parity.program import FORMS, Op, Program
from loopsteal.parity.shrink import shrink
from loopsteal.parity.sides import Command, Conversation, Trace, encode, run_both

Generate = Callable[[object, int], Program]
BATCH = 250  # Programs a process: enough to make its start cheap.
BATCH_TIMEOUT_S = 120.0  # A guard against hanging; a batch takes about a second.
PROGRAM_TIMEOUT_S = 3.0  # For one program, while a difference is shrunk.
PATIENCE_S = 60.0  # For the shrinking of one difference.


@dataclass
class Difference:
    index: int
    program: Program
    traces: tuple[Trace, Trace]


@dataclass
class Tally:
    equal: int = 0
    different: int = 0
    lines: int = 0
    first: Optional[Difference] = None
    uses: collections.Counter[str] = field(default_factory=collections.Counter)
    ends: collections.Counter[str] = field(default_factory=collections.Counter)

    def add(self, other: "Tally") -> None:
        self.equal += other.equal
        self.different += other.different
        self.lines += other.lines
        self.uses += other.uses
        self.ends += other.ends
        if self.first is None or (other.first and other.first.index < self.first.index):
            self.first = other.first

    @property
    def programs(self) -> int:
        return self.equal + self.different


def compare(
    generate: Generate,
    seed: object,
    programs: int,
    commands: tuple[Command, Command],
    jobs: int,
    progress: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """Programs 0 to `programs` of `seed` on both sides, `jobs` batches at a time."""
    tally = Tally()
    begins = range(0, programs, BATCH)
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        batches = [
            pool.submit(_batch, generate, seed, begin, min(begin + BATCH, programs), commands)
            for begin in begins
        ]
        for batch in concurrent.futures.as_completed(batches):
            tally.add(batch.result())
            progress(tally)
    return tally


def _batch(
    generate: Generate, seed: object, begin: int, end: int, commands: tuple[Command, Command]
) -> Tally:
    programs = [generate(seed, index) for index in range(begin, end)]
    pairs = run_both(commands, [encode(program) for program in programs], BATCH_TIMEOUT_S)
    tally = Tally()
    for index, program, traces in zip(itertools.count(begin), programs, pairs):
        tally.uses.update(words_of(program))
        tally.ends[end_of(traces[0])] += 1
        tally.lines += len(traces[0].lines)
        if same(*traces):
            tally.equal += 1
        else:
            tally.different += 1
            tally.first = tally.first or Difference(index, program, traces)
    return tally


def same(left: Trace, right: Trace) -> bool:
    """True if both traces are equal. A side that died always differs, even from another that
    died."""
    return not left.failure and not right.failure and left.lines == right.lines


def smallest(difference: Difference, commands: tuple[Command, Command]) -> Difference:
    """The same difference with the smallest program that shows it."""
    if any("within" in trace.failure for trace in difference.traces):
        return difference  # Each attempt would wait for a side that hangs.
    sides = [Conversation(command, PROGRAM_TIMEOUT_S) for command in commands]

    def ask(program: Program) -> tuple[Trace, Trace]:
        return sides[0].ask(program), sides[1].ask(program)

    try:
        if same(*ask(difference.program)):
            return difference  # It does not happen again, so there is nothing to shrink.
        program = shrink(
            difference.program, lambda other: _alike(difference, ask(other)), PATIENCE_S
        )
        return Difference(difference.index, program, ask(program))
    finally:
        for side in sides:
            side.close()


def _alike(difference: Difference, traces: tuple[Trace, Trace]) -> bool:
    """True if the traces differ in the same manner: a wrong trace must not shrink to a misuse, and
    a side that dies is another kind of difference."""
    return not same(*traces) and all(
        now.misused == before.misused and bool(now.failure) == bool(before.failure)
        for now, before in zip(traces, difference.traces)
    )


# --- What a program uses, and how it ends -------------------------------------------------


def words_of(program: Program) -> set[str]:
    used = {str(op[0]) for ops in program["tasks"].values() for op in operations(ops)}
    return used & FORMS.keys()


def operations(ops: list[Op]) -> Iterator[Op]:
    for op in ops:
        yield op
        for form, operand in zip(FORMS.get(op[0], ()), op[1:]):
            if form == "ops" and isinstance(operand, list):
                yield from operations(operand)


def end_of(trace: Trace) -> str:
    if trace.failure:
        return "died"
    if trace.misused:
        return "misuse"
    error = json.loads(trace.lines[-1])["error"]
    return "none" if error is None else str(error).partition(":")[0]


def side_by_side(difference: Difference, titles: tuple[str, str]) -> str:
    """Both traces in two columns, from a few lines before the first difference."""
    left, right = (list(trace.lines) for trace in difference.traces)
    for lines, trace in zip((left, right), difference.traces):
        if trace.failure:
            lines.append(f"(died: {trace.failure})")
    pairs = list(itertools.zip_longest(left, right, fillvalue=""))
    first = next((n for n, (a, b) in enumerate(pairs) if a != b), 0)
    width = max(len(line) for line in (titles[0], *left[: first + 20]))
    rows = [f"   {titles[0]:<{width}}   {titles[1]}"]
    for number, (a, b) in enumerate(pairs[: first + 20]):
        mark = ">" if number == first else " "
        rows.append(f" {mark} {a:<{width}} {'|' if a == b else '#'} {b}")
    return "\n".join(rows)


def pretty(program: Program) -> str:
    """The program as one operation a line, which is still JSON."""
    tasks = []
    for name, ops in program["tasks"].items():
        lines = ",\n".join(f"      {json.dumps(op, ensure_ascii=False)}" for op in ops)
        tasks.append(f"    {json.dumps(name)}: [\n{lines}\n    ]" if ops else f'    "{name}": []')
    rest = {key: value for key, value in program.items() if key != "tasks"}
    head = json.dumps(rest, ensure_ascii=False)[1:-1]
    return "{" + head + ', "tasks": {\n' + ",\n".join(tasks) + "\n}}"
