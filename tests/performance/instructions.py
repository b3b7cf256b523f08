"""Instructions per operation of the hot path, counted by callgrind.

    check      compares with the committed figures: they may differ by 2 %
    record     writes the figures that are there now
    observers  compares with a machine that knows no observers: they may not differ

A count is the difference of a window with 2 N operations and one with N, divided by N, so that what
happens once cancels. It does not depend on the machine or its load, but on compiler and flags.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SCHEDULERS = ("event_loop", "shared_queue", "work_stealing", "work_stealing_lifo")
# A multiple of the intervals of work stealing (61), so that its rare work divides evenly.
COUNT = 6100
TOLERANCE = 0.02
# A window of 2 N operations is one run: rare work may fall a little differently.
OBSERVER_TOLERANCE = 0.005


def totals(folder: pathlib.Path) -> list[int]:
    """The instructions of each window, in order. callgrind numbers its dumps from 1."""
    result = []
    while (dump := folder / f"out.{len(result) + 1}").exists():
        found = re.search(r"^(?:summary|totals): (\d+)", dump.read_text(), re.MULTILINE)
        result.append(int(found.group(1)))
    return result


def measure(valgrind: str, program: str, scheduler: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [valgrind, "--tool=callgrind", f"--callgrind-out-file={folder}/out",
                   "--zero-before=loopsteal_window_begins",
                   "--dump-before=loopsteal_window_ends", program, scheduler, str(COUNT)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"{' '.join(command)}\nexited with {run.returncode}:\n{run.stderr}")
        windows = [line.split() for line in run.stdout.splitlines()]
        counts = totals(folder)
        # The end of the program is one dump more.
        if len(counts) < len(windows):
            sys.exit(f"callgrind wrote {len(counts)} dumps for {len(windows)} windows")
        once = {}
        per_operation = {}
        for (scenario, times), instructions in zip(windows, counts):
            if int(times) == 0:
                continue
            if int(times) == COUNT:
                once[scenario] = instructions
            else:
                difference = instructions - once[scenario]
                per_operation[scenario] = round(difference / (int(times) - COUNT), 2)
        return per_operation


def measure_all(valgrind: str, program: str) -> dict[str, float]:
    return {f"{scheduler}/{scenario}": count for scheduler in SCHEDULERS
            for scenario, count in measure(valgrind, program, scheduler).items()}


def differences(now: dict[str, float], before: dict[str, float], tolerance: float) -> int:
    """Prints all figures; returns how many differ by more than allowed, or are on one side only."""
    wrong = 0
    for name in sorted(set(now) | set(before)):
        old, new = before.get(name), now.get(name)
        bad = old is None or new is None or abs(new - old) > tolerance * old
        wrong += bad
        change = "" if old is None or new is None else f"{100 * (new / old - 1):+.2f} %"
        print(f"{name:40} {old!s:>9} {new!s:>9} {change:>10} {'DIFFERS' if bad else ''}".rstrip())
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
    now = measure_all(arguments.valgrind, arguments.program)
    wrong = differences(now, baseline["instructions_per_operation"], TOLERANCE)
    if wrong:
        print(f"{wrong} of the figures differ by more than {100 * TOLERANCE:g} %. {again}")
    return 1 if wrong else 0


def record(arguments: argparse.Namespace) -> int:
    figures = {"compiler": arguments.compiler, "flags": arguments.flags.strip(),
               "instructions_per_operation": measure_all(arguments.valgrind, arguments.program)}
    pathlib.Path(arguments.baseline).write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    return 0


def observers(arguments: argparse.Namespace) -> int:
    with_calls = measure_all(arguments.valgrind, arguments.program)
    without = measure_all(arguments.valgrind, arguments.unobserved)
    wrong = differences(with_calls, without, OBSERVER_TOLERANCE)
    if wrong:
        print(f"{wrong} of the figures change although the observer is off.")
    return 1 if wrong else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--valgrind", required=True)
    parser.add_argument("--program", required=True)
    parser.add_argument("--unobserved", help="the same program, of a machine without observers")
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--flags", required=True)
    parser.add_argument("--baseline", required=True)
    parser.add_argument("command", choices=("check", "record", "observers"))
    arguments = parser.parse_intermixed_args()
    return {"check": check, "record": record, "observers": observers}[arguments.command](arguments)


if __name__ == "__main__":
    sys.exit(main())
