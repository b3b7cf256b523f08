"""The cards of docs/cards: programs of a few lines on which the runtimes disagree, and the page
that shows how."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Optional

from loopsteal.parity.command import PYTHON, ROOT, Missing, tokio_command
from loopsteal.parity.compare import pretty
from loopsteal.parity.sides import Command

FOLDER = ROOT / "docs" / "cards"
PAGE = FOLDER / "README.md"
MOST = 24  # Steps of an order that the page shows.

# An order for each runtime that can run the card, by the runtime's name.
Orders = dict[str, str]


@dataclass(frozen=True)
class Runtime:
    name: str
    command: Callable[[Path], Command]  # From loopsteal's path. Raises Missing.


def _asyncio(loopsteal: Path) -> Command:
    return [str(PYTHON), str(ROOT / "scripts/parity/asyncio_runner.py")]


def _uvloop(loopsteal: Path) -> Command:
    there = subprocess.run([str(PYTHON), "-c", "import uvloop"], capture_output=True, check=False)
    if there.returncode != 0:
        raise Missing("uvloop is not here: install the package python3-uvloop")
    return [str(PYTHON), str(ROOT / "scripts/parity/uvloop_runner.py")]


def _tokio(loopsteal: Path) -> Command:
    return tokio_command()[:-1]


def _ours(*scheduler: str) -> Callable[[Path], Command]:
    def command(loopsteal: Path) -> Command:
        if not loopsteal.exists():
            raise Missing(f"{loopsteal} is not here: scripts/build release loopsteal builds it")
        return [str(loopsteal), "script", *scheduler, "--machine", "sim", "--costs", "zero"]

    return command


def _pool(preset: str, *more: str) -> Runtime:
    scheduler = ("--scheduler", f"work_stealing:preset={preset}", "--workers", "1", *more)
    return Runtime(f"loopsteal {preset}", _ours(*scheduler))


RUNTIMES = (
    Runtime("CPython 3.11", _asyncio),
    Runtime("uvloop 0.17", _uvloop),
    Runtime("Tokio 1.24", _tokio),
    Runtime("loopsteal event_loop", _ours("--scheduler", "event_loop")),
    _pool("tokio-1.24", "--words", "tokio-1.24"),
    _pool("tokio-1.53", "--words", "tokio-1.24"),
    _pool("go-1.19"),
    _pool("rayon"),
    Runtime("loopsteal shared_queue", _ours("--scheduler", "shared_queue", "--workers", "1")),
)


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def run(loopsteal: Path, missing: list[str]) -> dict[str, Orders]:
    """The result of each card on each runtime that is installed; reports the others to
    `missing`."""
    commands: dict[str, Command] = {}
    for runtime in RUNTIMES:
        try:
            commands[runtime.name] = runtime.command(loopsteal)
        except Missing as error:
            missing.append(str(error))
    return {
        card: {
            runtime: order
            for runtime, command in commands.items()
            if (order := order_of(command, FOLDER / f"{card}.json")) is not None
        }
        for card in names()
    }


def order_of(command: Command, path: Path) -> Optional[str]:
    """The texts of the trace; None if the runtime does not know an operation of the card."""
    done = subprocess.run([*command, str(path)], capture_output=True, check=False, text=True)
    if done.returncode == 2 and f"{path}: /tasks/" in done.stderr:
        return None
    if done.returncode != 0:
        raise Missing(f"{' '.join(command)} {path} failed: {done.stderr.strip()[-500:]}")
    *lines, last = map(json.loads, done.stdout.splitlines())
    steps = [_step(line) for line in lines]
    if len(steps) > MOST:
        steps[MOST:] = ["…"]
    if last["error"] is not None:
        steps.append(f"({last['error']})")
    return " ".join(steps)


def _step(line: dict[str, str]) -> str:
    if line["text"] == "#":  # Which of them it was, from 0.
        return str(int(line["task"].rpartition(".")[2]) - 1)
    return line["text"].replace(" ", "_")


# --- The page ---------------------------------------------------------------------------------

HEAD = """# Difference cards

Programs of a few lines on which the originals disagree, and what loopsteal's schedulers make of
them. An order is that of the texts in the trace; `#` stands for the number of the task. Every
scheduler has one worker. A runtime that does not know an operation of a card is not named there:
Tokio's runner has no clock. uvloop runs in real time, everything else in virtual time.

Made by `scripts/parity/cards`; [scripts.md](../scripts.md) is the language.
"""


def page(results: dict[str, Orders]) -> str:
    parts = [HEAD]
    for card, orders in results.items():
        program = json.loads((FOLDER / f"{card}.json").read_text(encoding="utf-8"))
        parts.append(f"\n## [{card}]({card}.json)\n\n{program.pop('comment')}\n")
        parts.append(f"\n```json\n{pretty(program)}\n```\n")
        parts.append("\n| order | of |\n| --- | --- |\n")
        parts += [f"| `{order}` | {', '.join(of)} |\n" for order, of in _grouped(orders)]
    return "".join(parts)


def _grouped(orders: Orders) -> Iterator[tuple[str, list[str]]]:
    ranked = [runtime.name for runtime in RUNTIMES if runtime.name in orders]
    for order in dict.fromkeys(orders[name] for name in ranked):
        yield order, [name for name in ranked if orders[name] == order]


def read_page(text: str) -> dict[str, Orders]:
    """The results that a page shows."""
    results: dict[str, Orders] = {}
    for line in text.splitlines():
        if heading := re.match(r"## \[(\w+)\]", line):
            orders = results.setdefault(heading[1], {})
        elif row := re.match(r"\| `(.*)` \| (.*) \|$", line):
            orders.update((name, row[1]) for name in row[2].split(", "))
    return results


def merged(old: dict[str, Orders], new: dict[str, Orders], here: set[str]) -> dict[str, Orders]:
    """The new results, and the old ones of runtimes that are not here."""
    return {
        card: {**{n: o for n, o in old.get(card, {}).items() if n not in here}, **orders}
        for card, orders in new.items()
    }
