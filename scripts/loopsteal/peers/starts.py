"""One start of a program, ours or a peer's, and what it said: the time of one operation."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopsteal import stats
from loopsteal.peers.programs import Peer
from loopsteal.peers.works import Work

OURS = "loopsteal"
SECONDS_MAX = 120.0


class Failed(Exception):
    """A program that ended badly, or whose words make no sense."""


@dataclass(frozen=True)
class Sample:
    """The median of the repetitions of one start."""

    operations: int
    ns: float
    version: str
    row: dict[str, Any] = field(default_factory=dict)  # Ours as it was written; else empty.

    @property
    def ns_per_op(self) -> float:
        return self.ns / self.operations


def run(command: list[str], environment: dict[str, str]) -> str:
    try:
        result = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{command[0]} did not end within {SECONDS_MAX:.0f} s") from error
    except OSError as error:
        raise Failed(f"{command[0]}: {error.strerror}") from error
    if result.returncode != 0:
        said = result.stderr.strip().splitlines()
        why = said[-1] if said else f"exit status {result.returncode}"
        raise Failed(f"{Path(command[0]).name}: {why}")
    return result.stdout


# --- A peer's -----------------------------------------------------------------------


def sample_peer(peer: Peer, work: Work) -> Sample:
    numbers = [str(number) for number in (work.workers, work.repetitions, work.size)]
    return parse_peer(run([*peer.command, work.name, *numbers], peer.environment), work)


def parse_peer(text: str, work: Work) -> Sample:
    """Raises Failed unless there is a line for each repetition, all of the same work."""
    lines = [_line(line, work) for line in text.splitlines() if line.strip()]
    if len(lines) != work.repetitions:
        raise Failed(f"{len(lines)} results where {work.repetitions} were asked for")
    if len({line["operations"] for line in lines}) != 1:
        raise Failed("the repetitions did different work")
    ns = stats.median([line["ns"] for line in lines])
    return Sample(lines[0]["operations"], ns, str(lines[0].get("version", "unknown")))


def _line(text: str, work: Work) -> dict[str, Any]:
    try:
        line = json.loads(text)
        sound = line["work"] == work.name and line["operations"] > 0 and line["ns"] > 0
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        raise Failed(f"no result: {text[:60]!r}") from error
    if not sound:
        raise Failed(f"no result of {work.name}: {text[:60]!r}")
    return dict(line)


# --- Ours ----------------------------------------------------------------------------


def sample_ours(binaries: Path, work: Work) -> Sample:
    if work.ours.micro:
        return parse_micro(run(_micro_command(binaries, work), {}), work)
    return parse_ours(run(_run_command(binaries, work), {}), work)


def _run_command(binaries: Path, work: Work) -> list[str]:
    ours = work.ours
    repetitions = str(work.repetitions + 1)  # The first is to warm up.
    command = [str(binaries / "loopsteal"), "run", "--format", "jsonl", "--progress", "none"]
    command += ["--scheduler", ours.scheduler, "--workload", ours.workload]
    command += ["--machine", ours.machine, "--workers", str(work.workers)]
    return [*command, "--repetitions", repetitions]


def parse_ours(text: str, work: Work) -> Sample:
    rows = [row for row in map(_json, text.splitlines()) if "makespan_ns" in row]
    rows = rows[-work.repetitions :]
    if len(rows) != work.repetitions:
        raise Failed(f"{len(rows)} runs of ours where {work.repetitions} were asked for")
    for row in rows:
        if not row.get("answer_ok"):
            raise Failed(f"ours: wrong answer ({row.get('answer')})")
    # What a simulation takes is the CPU's time; its makespan is of virtual time.
    simulated = work.ours.machine == "sim"
    ns = stats.median([row["cpu_time" if simulated else "makespan_ns"] for row in rows])
    operations = int(rows[0]["tasks"]) * (2 if simulated else 1)  # It comes, and it goes.
    single = {key: value for key, value in rows[-1].items() if not isinstance(value, (list, dict))}
    return Sample(operations, ns, "", single)


def _micro_command(binaries: Path, work: Work) -> list[str]:
    pattern = f"^{re.escape(work.ours.micro)}/".replace(r"\-", "-")
    repetitions = f"--benchmark_repetitions={work.repetitions}"
    program = str(binaries / "loopsteal_bench")
    return [program, f"--benchmark_filter={pattern}", "--benchmark_format=json", repetitions]


def parse_micro(text: str, work: Work) -> Sample:
    rows = [
        row
        for row in _json(text).get("benchmarks", [])
        if row.get("run_type") == "iteration" and row["name"].startswith(work.ours.micro)
    ]
    if len(rows) != work.repetitions:
        raise Failed(f"{len(rows)} runs of {work.ours.micro}, not {work.repetitions}")
    rate = stats.median([float(row["items_per_second"]) for row in rows])
    # One iteration's time is that of all its items, whatever unit it is printed in.
    seconds = float(rows[0]["real_time"]) * int(rows[0]["iterations"])
    seconds *= {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}[rows[0]["time_unit"]]
    operations = round(float(rows[0]["items_per_second"]) * seconds)
    return Sample(operations, operations / rate * 1e9, "", dict(rows[-1]))


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise Failed(f"ours: no result: {text[:60]!r}") from error
    if not isinstance(value, dict):
        raise Failed(f"ours: no result: {text[:60]!r}")
    return value
