"""The program scripts/parity/run, as functions."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from loopsteal.parity import generator, tokio_generator
from loopsteal.parity.compare import Generate, Tally, compare, pretty, side_by_side, smallest
from loopsteal.parity.program import FORMS
from loopsteal.parity.sides import Command

ROOT = Path(__file__).resolve().parents[3]
PYTHON = Path("/usr/bin/python3")


class Missing(Exception):
    """Something that the comparison needs is not installed."""


@dataclass(frozen=True)
class Original:
    """A reference runtime."""

    generate: Generate
    scheduler: tuple[str, ...]  # Our scheduler that follows it.
    command: Callable[[], Command]
    version: Callable[[], str]


def asyncio_command() -> Command:
    if not PYTHON.exists():
        raise Missing(f"{PYTHON} is not here: install the package python3")
    return [str(PYTHON), str(ROOT / "scripts/parity/asyncio_runner.py"), "-"]


def asyncio_version() -> str:
    script = "import platform; print('CPython', platform.python_version())"
    return said_by([str(PYTHON), "-c", script])


def tokio_command() -> Command:
    build = ROOT / "scripts/parity/tokio_runner/build"
    built = subprocess.run([str(build)], capture_output=True, check=False, text=True)
    if built.returncode != 0:
        raise Missing(
            f"{build} failed: {built.stderr.strip()[-2000:]}\n"
            "It needs the packages cargo and librust-tokio-dev (.ci/packages)."
        )
    return [built.stdout.strip().splitlines()[-1], "-"]


ORIGINALS = {
    "asyncio": Original(
        generator.generate,
        ("--scheduler", "event_loop"),
        asyncio_command,
        asyncio_version,
    ),
    "tokio": Original(
        tokio_generator.generate,
        (
            *("--scheduler", "work_stealing:preset=tokio-1.24"),
            *("--workers", "1", "--words", "tokio-1.24"),
        ),
        tokio_command,
        lambda: "Tokio 1.24 (librust-tokio-dev)",
    ),
}


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    original = ORIGINALS[options.against]
    try:
        commands = (original.command(), ours(options.loopsteal, original))
        return report(options, original, commands)
    except (Missing, OSError) as error:
        print(f"parity: {error}", file=sys.stderr)
        return 3


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/parity/run", description="Compares traces of an original and of loopsteal."
    )
    parser.add_argument("--against", required=True, choices=sorted(ORIGINALS))
    parser.add_argument("--programs", type=_positive, default=500, metavar="N")
    parser.add_argument("--seed", default="1", metavar="S", help="number or word; default 1")
    parser.add_argument("--jobs", type=_positive, default=os.cpu_count() or 1, metavar="J")
    parser.add_argument(
        "--loopsteal",
        type=Path,
        default=ROOT / "build/release/bin/loopsteal",
        metavar="PATH",
        help="the program to compare; default: the release build's",
    )
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not at least 1")
    return number


def ours(program: Path, original: Original) -> Command:
    if not os.access(program, os.X_OK):
        raise Missing(f"{program} is no program: build it by scripts/build release loopsteal")
    machine = ("--machine", "sim", "--costs", "zero")
    return [str(program), "script", "-", *original.scheduler, *machine]


def said_by(command: Command) -> str:
    run = subprocess.run(command, capture_output=True, check=False, text=True)
    return run.stdout.strip() or "unknown"


def report(
    options: argparse.Namespace, original: Original, commands: tuple[Command, Command]
) -> int:
    print(f"{original.version()} against {said_by([commands[1][0], '--version'])}")
    print(f"{options.programs} programs of seed {options.seed}", flush=True)
    began = time.monotonic()
    tally = compare(
        original.generate, options.seed, options.programs, commands, options.jobs, progress
    )
    took_s = time.monotonic() - began
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if tally.first is not None:
        print(f"\nprogram {tally.first.index} of seed {options.seed} differs; smallest form:\n")
        found = smallest(tally.first, commands)
        print(pretty(found.program), "\n")
        print(side_by_side(found, (options.against, "loopsteal")), "\n", flush=True)
    print(f"lines in a trace: {tally.lines / tally.programs:.1f} on average")
    print("programs by what left main:", counted(tally.ends))
    print("programs by word:", counted({word: tally.uses[word] for word in FORMS}))
    print(f"{tally.equal} equal, {tally.different} different ({took_s:.1f} s)")
    return 0 if tally.different == 0 else 1


def progress(tally: Tally) -> None:
    if sys.stderr.isatty():
        print(f"\r{tally.equal} equal, {tally.different} different", end="", file=sys.stderr)


def counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items() if count)
