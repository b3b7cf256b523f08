"""Instructions and atomics per operation of the hot path, counted by callgrind.

    check      compares with the committed figures: instructions may differ by 2 %, atomics not
    record     writes the figures that are there now
    observers  compares with a machine that knows no observers: they may not differ
    spoilt     a program that was spoilt on purpose: passes if `check` would find its atomics more

A count is the difference of a window with 2 N operations and one with N, divided by N, so that what
happens once cancels. It does not depend on the machine or its load, but on compiler and flags.
"""

import argparse
import json
import pathlib
import sys
from typing import Callable

from callgrind import Counts, windows_of

Allowed = Callable[[float], float]

SCHEDULERS = ("event_loop", "shared_queue", "work_stealing", "work_stealing_lifo")
SPOILT = "work_stealing"  # Whose header is.
# A multiple of the intervals of work stealing (61), so that its rare work divides evenly.
COUNT = 6100
TOLERANCE = 0.02
ATOMICS_TOLERANCE = 0.05  # Rare work may fall a little differently.
# A window of 2 N operations is one run: rare work may fall a little differently.
OBSERVER_TOLERANCE = 0.005


def measure(valgrind: str, program: str, scheduler: str) -> dict[str, Counts]:
    once: dict[str, Counts] = {}
    per_operation = {}
    for scenario, times, counts in windows_of(valgrind, program, scheduler, COUNT):
        if times == COUNT:
            once[scenario] = counts
        elif times != 0:
            per_operation[scenario] = Counts(*(
                round((more - less) / (times - COUNT), 2) + 0.0  # No -0.0.
                for more, less in zip(counts, once[scenario])))
    return per_operation


def measure_all(valgrind: str, program: str) -> dict[str, Counts]:
    return {f"{scheduler}/{scenario}": counts for scheduler in SCHEDULERS
            for scenario, counts in measure(valgrind, program, scheduler).items()}


def figures_of(measured: dict[str, Counts]) -> dict[str, dict[str, float]]:
    return {f"{kind}_per_operation": {name: getattr(counts, kind)
                                      for name, counts in measured.items()}
            for kind in Counts._fields}


def differences(now: dict[str, float], before: dict[str, float], allowed: Allowed) -> int:
    """Prints all figures; returns how many differ by more than allowed, or are on one side only."""
    wrong = 0
    for name in sorted(set(now) | set(before)):
        old, new = before.get(name), now.get(name)
        bad = old is None or new is None or abs(new - old) > allowed(old)
        wrong += bad
        change = "" if old is None or new is None else f"{new - old:+.2f}"
        print(f"  {name:40} {old!s:>9} {new!s:>9} {change:>10} {'DIFFERS' if bad else ''}".rstrip())
    return wrong


def compare(now: dict[str, dict[str, float]], before: dict[str, dict[str, float]],
            instructions: float) -> int:
    """`instructions`: the share by which their number may differ."""
    wrong = 0
    for kind, allowed in (("instructions_per_operation", lambda old: instructions * old),
                          ("atomics_per_operation", lambda _: ATOMICS_TOLERANCE)):
        print(f"{kind.replace('_', ' ')}: before, now, difference")
        wrong += differences(now[kind], before[kind], allowed)
    return wrong


def check(arguments: argparse.Namespace) -> int:
    baseline = json.loads(pathlib.Path(arguments.baseline).read_text())
    again = ("Look why. If it is meant, record the new figures and commit them:\n"
             "    cmake --build BUILD --target record_instructions")
    build = {"compiler": arguments.compiler, "flags": arguments.flags.strip()}
    for key, value in build.items():
        if baseline[key] != value:
            print(f"The figures were recorded with {key} \"{baseline[key]}\"; this build has "
                  f"\"{value}\". They cannot be compared. {again}")
            return 1
    wrong = compare(figures_of(measure_all(arguments.valgrind, arguments.program)), baseline,
                    TOLERANCE)
    if wrong:
        print(f"{wrong} of the figures differ. {again}")
    return 1 if wrong else 0


def record(arguments: argparse.Namespace) -> int:
    figures = {"compiler": arguments.compiler, "flags": arguments.flags.strip(),
               **figures_of(measure_all(arguments.valgrind, arguments.program))}
    pathlib.Path(arguments.baseline).write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    return 0


def observers(arguments: argparse.Namespace) -> int:
    with_calls = figures_of(measure_all(arguments.valgrind, arguments.program))
    without = figures_of(measure_all(arguments.valgrind, arguments.unobserved))
    wrong = compare(with_calls, without, OBSERVER_TOLERANCE)
    if wrong:
        print(f"{wrong} of the figures change although the observer is off.")
    return 1 if wrong else 0


def spoilt(arguments: argparse.Namespace) -> int:
    before = json.loads(pathlib.Path(arguments.baseline).read_text())["atomics_per_operation"]
    now = figures_of({f"{SPOILT}/{name}": counts for name, counts in measure(
        arguments.valgrind, arguments.program, SPOILT).items()})["atomics_per_operation"]
    found = differences(now, {name: before[name] for name in now}, lambda _: ATOMICS_TOLERANCE)
    print(f"{found} of the figures show it.")
    return 0 if found else 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--valgrind", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--unobserved", help="the same program, of a machine without observers")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--flags", required=True)
    parser.add_argument("--baseline", required=True)
    parser.add_argument("command", choices=("check", "record", "observers", "spoilt"))
    arguments = parser.parse_intermixed_args()
    return {"check": check, "record": record, "observers": observers,
            "spoilt": spoilt}[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
